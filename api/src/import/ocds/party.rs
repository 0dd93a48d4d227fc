use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{finding::Unclear, source::Object};
use crate::import::Identifier;

/// The most characters of a code that is kept.
const LONGEST_CODE: usize = 40;
/// Registers of portals: an account there is known to its publisher alone.
const PORTALS: [&str; 2] = ["GB-SRS", "GB-CFS"];

/// A body of a notice. Addresses and contact points are not read (rule V10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadParty {
    /// Its name.
    pub name: String,
    /// Its codes in public registers.
    pub codes: Vec<Identifier>,
    /// By what its publisher knows it in every notice; none where the notice numbers its parties.
    pub publishers_code: Option<Identifier>,
    /// Its roles, as they are written.
    pub roles: Vec<String>,
    /// The line on which it is described.
    #[serde(skip)]
    pub line: u64,
}

/// The bodies of a notice, by what the notice calls them.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    known: HashMap<String, ReadParty>,
    order: Vec<String>,
}

impl Parties {
    /// Reads the list of parties of a release, after those of earlier ones.
    pub(super) fn read(&mut self, release: &Object<'_, '_>) {
        let mut here = Vec::new();
        for stated in release.objects("parties") {
            let Some(party) = party(&stated) else { continue };
            let id = stated.code("id").unwrap_or_else(|| {
                stated.unclear(Unclear::NoIdentity, "the party has no identity: known by its name");
                party.name.clone()
            });
            if here.contains(&id) {
                let sentence = format!("{id} is listed before: the first is taken");
                stated.unclear(Unclear::IdentityTwice, sentence);
                continue;
            }
            here.push(id.clone());
            if self.known.insert(id.clone(), party).is_none() {
                self.order.push(id);
            }
        }
    }

    /// The body that a reference names: `buyer`, a supplier.
    pub(super) fn named(&self, reference: &Object<'_, '_>) -> Option<ReadParty> {
        let name = reference.text("name");
        let id = reference.code("id");
        let known = id.as_ref().and_then(|id| self.known.get(id));
        if let Some(known) = known {
            if let Some(name) = name.filter(|name| *name != known.name) {
                let sentence =
                    format!("{name:?} is {:?} among the parties: that counts", known.name);
                reference.unclear(Unclear::NameDiffers, sentence);
            }
            return Some(known.clone());
        }
        let Some(name) = name else {
            let sentence = "neither a name nor a listed party: not taken";
            reference.unclear(Unclear::PartyNotListed, sentence);
            return None;
        };
        let sentence = format!("{name:?} is not among the parties: known by what stands here");
        reference.unclear(Unclear::PartyNotListed, sentence);
        let line = reference.place.line();
        let mut party =
            ReadParty { name, codes: Vec::new(), publishers_code: None, roles: Vec::new(), line };
        if let Some(id) = id {
            of_its_own_code(&mut party, &id, reference);
        }
        Some(party)
    }

    /// The bodies with this role.
    pub(super) fn with_role(&self, role: &str) -> Vec<ReadParty> {
        let parties = self.order.iter().filter_map(|id| self.known.get(id));
        parties.filter(|party| party.roles.iter().any(|played| played == role)).cloned().collect()
    }

    /// All of them, in their order.
    pub(super) fn all(self) -> Vec<ReadParty> {
        let Self { mut known, order } = self;
        order.iter().filter_map(|id| known.remove(id)).collect()
    }
}

/// A party of the list; nothing without a name.
fn party(stated: &Object<'_, '_>) -> Option<ReadParty> {
    let identifier = stated.object("identifier");
    let legal_name = identifier.as_ref().and_then(|identifier| identifier.text("legalName"));
    let name = match (stated.text("name"), legal_name) {
        (Some(name), Some(legal)) if name != legal => {
            let sentence = format!("its legal name is {legal:?}: the name counts");
            stated.unclear(Unclear::LegalNameDiffers, sentence);
            name
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => {
            stated.unclear(Unclear::NoIdentity, "the party has no name: not taken");
            return None;
        }
    };
    let roles = stated.codes("roles");
    let line = stated.place.line();
    let mut party = ReadParty { name, codes: Vec::new(), publishers_code: None, roles, line };
    let further = stated.objects("additionalIdentifiers");
    for identifier in identifier.iter().chain(&further) {
        match (identifier.code("scheme"), identifier.code("id")) {
            (Some(scheme), Some(code)) => keep(&mut party, (&scheme, &code), identifier),
            (None, Some(code)) => {
                let sentence = format!("{code} is a code of no stated register: not taken");
                identifier.unclear(Unclear::UnknownScheme, sentence);
            }
            _ => {}
        }
    }
    if let Some(id) = stated.code("id") {
        of_its_own_code(&mut party, &id, stated);
    }
    if party.codes.is_empty() {
        let known =
            if party.publishers_code.is_some() { "the publisher's number" } else { "its name" };
        let sentence =
            format!("{:?} has no code of a public register: known by {known}", party.name);
        stated.unclear(Unclear::NoRegisteredCode, sentence);
    }
    Some(party)
}

/// Reads a party's own identity: `GB-COH-01234567` is a code; `org-1` is the notice's number.
fn of_its_own_code(party: &mut ReadParty, id: &str, place: &Object<'_, '_>) {
    let Some((scheme, code)) = registered(id) else { return };
    if PORTALS.contains(&scheme) {
        party.publishers_code = Some(Identifier::new(scheme, code));
    } else if party.codes.is_empty() {
        keep(party, (scheme, code), place);
    }
}

/// The register and the code of an identity as org-id.guide writes them: `GB-COH-01234567`.
fn registered(id: &str) -> Option<(&str, &str)> {
    let is_capitals = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase());
    let mut parts = id.splitn(3, '-');
    let (country, register, code) = (parts.next()?, parts.next()?, parts.next()?);
    let scheme = id.get(..country.len() + 1 + register.len())?;
    let is_one = country.len() == 2 && is_capitals(country) && is_capitals(register);
    (is_one && !code.is_empty()).then_some((scheme, code))
}

/// Keeps a code of a party, in its register's form.
fn keep(party: &mut ReadParty, (scheme, code): (&str, &str), place: &Object<'_, '_>) {
    if PORTALS.contains(&scheme) {
        return;
    }
    let formed = match form(scheme, code) {
        Ok(formed) => formed,
        Err(reason) => {
            place.unclear(
                Unclear::CodeOfAnotherForm,
                format!("{scheme} {code}: {reason}: not taken"),
            );
            return;
        }
    };
    if !KNOWN.contains(&formed.scheme.as_str()) {
        let sentence =
            format!("{} is no register that is known here: kept as it is", formed.scheme);
        place.unclear(Unclear::UnknownScheme, sentence);
    }
    if formed.scheme != scheme || formed.value != code {
        let sentence = format!("{scheme} {code} is read as {formed}");
        place.unclear(Unclear::CodeBroughtToForm, sentence);
    }
    if !party.codes.contains(&formed) {
        party.codes.push(formed);
    }
}

/// The registers whose codes have a form.
const KNOWN: [&str; 8] =
    ["GB-COH", "GB-CHC", "GB-NHS", "GB-LAE", "GB-PPON", "GB-UKPRN", "GSS", "CASSR"];

/// A code in the form of its register.
pub(super) fn form(scheme: &str, code: &str) -> Result<Identifier, String> {
    let scheme = scheme.to_ascii_uppercase();
    // Spreadsheets make numbers of codes.
    let code = code.strip_suffix(".0").unwrap_or(code).to_ascii_uppercase();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match scheme.as_str() {
        "GB-COH" => {
            let padded = if is_digits(&code) { format!("{code:0>8}") } else { code.clone() };
            let (prefix, number) = padded.split_at_checked(2).unwrap_or_default();
            let is_one = padded.len() == 8
                && prefix.bytes().all(|b| b.is_ascii_alphanumeric())
                && number.bytes().take(5).all(|b| b.is_ascii_digit())
                && number.bytes().all(|b| b.is_ascii_alphanumeric());
            if is_one {
                Ok(Identifier::new("GB-COH", &padded))
            } else {
                Err("a company's number has eight characters".to_owned())
            }
        }
        "GB-CHC" if (6..=8).contains(&code.len()) && is_digits(&code) => {
            Ok(Identifier::new("GB-CHC", &code))
        }
        "GB-CHC" => Err("a charity's number has six to eight digits".to_owned()),
        "GB-NHS" | "GB-ODS" => Identifier::ods(&code),
        // Councils are listed by their geography codes as well.
        "GSS" | "GB-LAC" | "GB-ONS" | "GB-GSS" => Identifier::gss(&code),
        "GB-UKPRN" if code.len() == 8 && is_digits(&code) => Ok(Identifier::new("GB-UKPRN", &code)),
        "GB-UKPRN" => Err("a provider's reference number has eight digits".to_owned()),
        _ if code.chars().count() > LONGEST_CODE || scheme.chars().count() > LONGEST_CODE => {
            Err(format!("it is longer than {LONGEST_CODE} characters"))
        }
        _ => Ok(Identifier::new(&scheme, &code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_brought_to_the_form_of_their_register() {
        for (scheme, code, read) in [
            ("GB-COH", "2577303", "GB-COH 02577303"),
            ("GB-COH", "11111111.0", "GB-COH 11111111"),
            ("gb-coh", "oc300001", "GB-COH OC300001"),
            ("GB-CHC", "1234567", "GB-CHC 1234567"),
            ("GB-NHS", "qhm", "GB-NHS QHM"),
            ("GB-LAC", "E09000003", "GSS E09000003"),
            ("GB-PPON", "pxyz-1234-abcd", "GB-PPON PXYZ-1234-ABCD"),
        ] {
            assert_eq!(form(scheme, code).map(|code| code.to_string()).as_deref(), Ok(read));
        }
        for (scheme, code) in [
            ("GB-COH", "see website"),
            ("GB-COH", "é2345678"),
            ("GB-CHC", "n/a"),
            ("GB-NHS", "a b"),
        ] {
            assert!(form(scheme, code).is_err(), "{scheme} {code} was taken");
        }
    }

    #[test]
    fn an_identity_is_a_code_only_where_it_names_a_register() {
        assert_eq!(registered("GB-COH-01234567"), Some(("GB-COH", "01234567")));
        assert_eq!(registered("GB-PPON-PXYZ-1234-ABCD"), Some(("GB-PPON", "PXYZ-1234-ABCD")));
        for id in ["org-1", "1", "GB-COH", "GB-COH-", "gb-coh-1", "GB--1", "é-A-1"] {
            assert_eq!(registered(id), None, "{id}");
        }
    }
}
