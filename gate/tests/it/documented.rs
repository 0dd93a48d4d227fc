//! The queries that the documentation shows pass at the defaults, and keep the promises.

use std::{fs, path::Path};

use gate::Refusal;
use serde_json::Map;

use crate::{
    gates::SERVED,
    generator::Made,
    promises::{self, PRODUCT_SCHEMA},
};

/// The documents on the pages of the documentation, with the names of their pages.
fn shown() -> Vec<(String, String)> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut shown = Vec::new();
    for entry in fs::read_dir(docs).expect("the documentation") {
        let path = entry.expect("a page").path();
        let Ok(page) = fs::read_to_string(&path) else { continue };
        for block in page.split("```graphql\n").skip(1) {
            let text = block.split("```").next().expect("a block").to_owned();
            shown.push((path.display().to_string(), text));
        }
    }
    shown
}

#[test]
fn the_documented_queries_pass_at_the_defaults() {
    let shown = shown();
    assert!(shown.len() >= 20, "only {} documents are shown", shown.len());
    for (page, text) in shown {
        let told = |refusal: Refusal| -> ! { panic!("{page}: {text}\n{refusal}") };
        let prepared = SERVED.read(&text, None).0.unwrap_or_else(|no| told(no));
        // Variables are the reader's own; what needs none is priced as well.
        if let Ok(admitted) = SERVED.admit(&prepared, &Map::new()) {
            assert!(admitted.price.cost > 0, "{page}: {text} costs nothing");
            let made = Made { text, variables: Map::new(), is_spoilt: false };
            assert!(promises::hold(&SERVED, &PRODUCT_SCHEMA, &made), "{page}");
        }
    }
}
