//! Every field and every mutation of the schema, with the group of the matrix that decides about
//! it: read from `register.txt`, which is written to be read by people. The program does not build
//! while the schema has a field that is not in it.

use super::matrix::FieldGroup;

/// The register as it is written.
pub const TEXT: &str = include_str!("register.txt");

/// What decides about some fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decides {
    /// A group of the matrix.
    Group(FieldGroup),
    /// Whoever sees the object sees this.
    Open,
    /// It is about the one who asks, and for nobody else.
    Own,
    /// It is about the organisation of the one who asks, and for nobody else.
    OwnOrganisation,
    /// It was published, and is for everybody.
    Published,
    /// It holds other objects, and says nothing itself.
    Carrier,
}

/// Which right it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Reading the summary, or all.
    Summary,
    /// Reading all.
    Full,
    /// Reading one's own part, or all.
    Own,
    /// Writing.
    Write,
    /// Proposing and approving.
    Approve,
}

/// One line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The type; `Mutation` of mutations.
    pub kind: &'a str,
    /// What decides.
    pub decides: Decides,
    /// Which right it takes.
    pub part: Part,
    /// The fields.
    pub fields: Vec<&'a str>,
}

/// Every line of the register; the text of the first that cannot be read instead.
///
/// # Errors
/// When a line is no line, or names what does not exist.
pub fn lines() -> Result<Vec<Line<'static>>, &'static str> {
    let lines = TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| read(line).ok_or(line)).collect()
}

fn read(line: &'static str) -> Option<Line<'static>> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [kind, decides, part, fields] = columns[..] else { return None };
    let decides = match decides {
        "open" => Decides::Open,
        "self" => Decides::Own,
        "organisation" => Decides::OwnOrganisation,
        "published" => Decides::Published,
        "carrier" => Decides::Carrier,
        name => Decides::Group(FieldGroup::ALL.into_iter().find(|group| group.name() == name)?),
    };
    let part = match part {
        "summary" => Part::Summary,
        "full" => Part::Full,
        "own" => Part::Own,
        "write" => Part::Write,
        "approve" => Part::Approve,
        _ => return None,
    };
    Some(Line { kind, decides, part, fields: fields.split_whitespace().collect() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::policy::{Relation, Rights, matrix::cell};

    #[test]
    fn every_line_can_be_read_and_names_what_exists() {
        let lines = lines().expect("a register");
        assert!(lines.iter().all(|line| !line.fields.is_empty()));
    }

    #[test]
    fn v4_every_line_of_the_text_that_is_no_comment_is_a_line_of_the_register() {
        let written = TEXT.lines().filter(|line| line.contains('|') && !line.starts_with("# "));
        let read = lines().expect("a register");
        assert_eq!(written.count(), read.len());
        let cash = Line {
            kind: "AgreementPosition",
            decides: Decides::Group(FieldGroup::Cash),
            part: Part::Summary,
            fields: vec!["cash"],
        };
        assert!(read.contains(&cash), "{read:?}");
    }

    #[test]
    fn a_field_is_decided_upon_by_one_group() {
        let mut seen = BTreeSet::new();
        for line in lines().expect("a register") {
            for field in &line.fields {
                let group = (line.kind, *field, format!("{:?}", line.decides));
                let others = seen.iter().any(|(kind, other, group): &(&str, &str, String)| {
                    (*kind, *other) == (line.kind, *field)
                        && *group != format!("{:?}", line.decides)
                });
                assert!(!others, "{}.{field} is decided upon twice", line.kind);
                seen.insert(group);
            }
        }
    }

    /// A mutation that the matrix lets nobody do, or a summary that nobody reads, is a mistake.
    #[test]
    fn every_line_is_for_somebody() {
        for line in lines().expect("a register") {
            let Decides::Group(group) = line.decides else { continue };
            if group == FieldGroup::Organisations {
                continue;
            }
            let somebody = Relation::ALL.into_iter().any(|relation| {
                let rights = cell(relation, group);
                match line.part {
                    Part::Summary => rights.reads_summary(),
                    Part::Full => rights.reads_all(),
                    Part::Own => rights.reads_own() && !rights.reads_all(),
                    Part::Write => rights.writes_own(),
                    Part::Approve => rights.grants(Rights::APPROVE),
                }
            });
            assert!(somebody, "{line:?}");
        }
    }
}
