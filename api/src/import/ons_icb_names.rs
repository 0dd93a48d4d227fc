//! The statistics office's list of integrated care boards: geography code, health code and name.

use entities::organisation::OrganisationKind;

use super::{
    Body, Format, Identifier, roles_of,
    table::{Layout, Record, name},
};

/// `ICB24CD,ICB24CDH,ICB24NM`.
pub struct OnsIcbNames;

impl Format for OnsIcbNames {
    type Row = Body;

    const LAYOUT: Layout = Layout::Named(&["ICB24CD", "ICB24CDH", "ICB24NM"]);

    fn row(record: &Record<'_>) -> Result<Body, String> {
        let kind = OrganisationKind::IntegratedCareBoard;
        Ok(Body {
            code: Identifier::ods(record.named("ICB24CDH"))?,
            other_codes: vec![Identifier::gss(record.named("ICB24CD"))?],
            name: name(record.named("ICB24NM"))?,
            kind,
            roles: roles_of(kind),
            parent: None,
            postcode: None,
            opened_on: None,
            closed_on: None,
            successors: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    #[test]
    fn a_board_has_both_codes() {
        let file =
            b"\xef\xbb\xbfICB24CD,ICB24CDH,ICB24NM,ObjectId\r\nE54000099,Q99,\"A, B Board\",1\r\n";
        let table = Table::read(file, OnsIcbNames::LAYOUT).unwrap();
        let body = table.rows(0, 1, OnsIcbNames::row).next().unwrap().row.unwrap();
        assert_eq!(body.code, Identifier::new("GB-NHS", "Q99"));
        assert_eq!(body.other_codes, [Identifier::new("GSS", "E54000099")]);
        assert_eq!(body.name, "A, B Board");
    }
}
