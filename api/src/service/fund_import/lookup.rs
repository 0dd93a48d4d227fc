use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    access,
    auth::Viewer,
    database::Writing,
    import::Identifier,
    service::{Code, Refusal, Stopped, organisation},
};

/// Finds what files name by references and codes, each once a file.
pub(super) struct Lookup<'a> {
    pub(super) tx: &'a Writing,
    pub(super) viewer: &'a Viewer,
    funds: HashMap<String, Option<Uuid>>,
    organisations: HashMap<Identifier, Option<Uuid>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(tx: &'a Writing, viewer: &'a Viewer) -> Self {
        Self { tx, viewer, funds: HashMap::new(), organisations: HashMap::new() }
    }

    /// The fund that goes by `reference`, if the viewer sees it.
    pub(super) async fn fund(&mut self, reference: &str) -> Result<Uuid, Stopped> {
        let known = match self.funds.get(reference) {
            Some(known) => *known,
            None => {
                let found = access::fund::by_reference(&**self.tx, self.viewer, reference).await?;
                let found = found.map(|seen| seen.row.id);
                self.funds.insert(reference.to_owned(), found);
                found
            }
        };
        known.ok_or_else(|| {
            let sentence = format!("there is no fund {reference:?}, or you may not see it");
            Refusal::new(Code::NotFound, sentence).into()
        })
    }

    /// The organisation known by `code`.
    pub(super) async fn organisation(&mut self, code: &Identifier) -> Result<Uuid, Stopped> {
        let known = match self.organisations.get(code) {
            Some(known) => *known,
            None => {
                let Identifier { scheme, value } = code;
                let today = self.tx.today();
                let found = organisation::by_identifier(&**self.tx, today, scheme, value).await?;
                let found = found.map(|row| row.id);
                self.organisations.insert(code.clone(), found);
                found
            }
        };
        known.ok_or_else(|| {
            Refusal::new(Code::NotFound, format!("the organisation {code} is not known")).into()
        })
    }
}
