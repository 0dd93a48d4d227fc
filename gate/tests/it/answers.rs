//! Documents made to hurt are answered by their codes, after steps that grow with the text and not
//! with what the text would come to. Time and memory are measured by `examples/measure.rs`.

use crate::{
    gates::{DEFAULT, warning},
    hostile::documents,
};

#[test]
fn every_hostile_document_is_answered_by_its_code() {
    let documents = documents();
    assert!(documents.len() >= 25, "only {} hostile documents", documents.len());
    let mut wrong = Vec::new();
    for (name, text, expected) in documents {
        let (outcome, _) = DEFAULT.read(&text, None);
        let code = outcome.as_ref().map_or_else(|refusal| refusal.code.as_str(), |_| "ACCEPTED");
        if code != expected {
            let told = outcome.err().map(|refusal| refusal.to_string());
            wrong.push(format!("{name}: {code} and not {expected}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_gates_own_work_grows_with_the_text_and_not_with_what_it_would_come_to() {
    for (name, text, _) in documents() {
        let (_, steps) = DEFAULT.read(&text, None);
        // A few looks at every byte, and at every selection of the expanded document.
        let most = 4 * text.len().min(256 * 1024) as u64 + 50_000;
        assert!(steps <= most, "{name}: {steps} steps for {} bytes", text.len());
    }
}

#[test]
fn where_limits_only_warn_the_work_is_bounded_too() {
    let gate = warning();
    for (name, text, _) in documents() {
        let (_, steps) = gate.read(&text, None);
        let most = 4 * text.len().min(1024 * 1024) as u64 + 500_000;
        assert!(steps <= most, "{name}: {steps} steps for {} bytes", text.len());
    }
}

#[test]
fn what_a_refusal_says_stays_short_whatever_was_sent() {
    for (name, text, _) in documents() {
        if let Err(refusal) = DEFAULT.read(&text, None).0 {
            assert!(refusal.problems.len() <= 10, "{name}");
            let longest = refusal.problems.iter().map(|own| own.message.chars().count()).max();
            assert!(longest.is_some_and(|longest| longest <= 400), "{name}: {longest:?}");
        }
    }
}

#[test]
fn a_problem_is_told_at_its_place_whatever_stands_before_it() {
    for text in [
        "{\n  place { __typename }\n  nothing\n}",
        "{,,\n, place { __typename } # a comment, and more: \u{e9}\n  nothing\n}",
        "#\u{1f600}\n{\n  nothing\n}",
        "# \"\n{ text(of: \"#,\")\n  nothing }",
    ] {
        let refusal = DEFAULT.read(text, None).0.expect_err("an unknown field");
        let place = refusal.problems[0].locations[0];
        assert_eq!((place.line, place.column), (3, 3), "{text}: {refusal}");
    }
}
