//! The Organisation Data Service's own files: no header, 24 or 27 columns by vintage.

use entities::organisation::OrganisationKind as Kind;

use super::{
    Body, Format, Identifier, roles_of,
    table::{Layout, Record, day, life, name, present},
};

const LAYOUT: Layout = Layout::Placed { widths: &[24, 27], is_data };

/// The columns that are read, the first being 1.
mod column {
    pub(super) const CODE: usize = 1;
    pub(super) const NAME: usize = 2;
    /// The high-level health geography: the integrated care board.
    pub(super) const BOARD: usize = 4;
    pub(super) const POSTCODE: usize = 10;
    pub(super) const OPENED: usize = 11;
    pub(super) const CLOSED: usize = 12;
    pub(super) const ROLES: usize = 14;
}

/// `etr`: NHS trusts and foundation trusts.
pub struct OdsEtr;

/// `eccg`: sub-ICB locations, former clinical commissioning groups and commissioning hubs.
pub struct OdsEccg;

impl Format for OdsEtr {
    type Row = Body;
    const LAYOUT: Layout = LAYOUT;

    fn row(record: &Record<'_>) -> Result<Body, String> {
        let name = name(record.numbered(column::NAME))?;
        let is_foundation = name.to_uppercase().contains("FOUNDATION");
        let kind = if is_foundation { Kind::NhsFoundationTrust } else { Kind::NhsTrust };
        body(record, name, kind)
    }
}

impl Format for OdsEccg {
    type Row = Body;
    const LAYOUT: Layout = LAYOUT;

    fn row(record: &Record<'_>) -> Result<Body, String> {
        let roles = record.numbered(column::ROLES);
        let kind = match roles.split('|').next().unwrap_or_default() {
            "RO319" => Kind::SubIcbLocation,
            "RO327" => Kind::Other,
            "RO218" => Kind::NhsEngland,
            "" => Kind::ClinicalCommissioningGroup,
            other => return Err(format!("{other:?} is not a role that this layout has")),
        };
        let mut body = body(record, name(record.numbered(column::NAME))?, kind)?;
        body.roles = roles
            .split('|')
            .filter(|role| !role.is_empty())
            .enumerate()
            .map(|(place, role)| (role.to_owned(), place == 0))
            .collect();
        Ok(body)
    }
}

fn body(record: &Record<'_>, name: String, kind: Kind) -> Result<Body, String> {
    let opened_on = day(record.numbered(column::OPENED), "%Y%m%d")?;
    let closed_on = day(record.numbered(column::CLOSED), "%Y%m%d")?;
    let (opened_on, closed_on) = life(opened_on, closed_on)?;
    let board = record.numbered(column::BOARD);
    Ok(Body {
        code: Identifier::ods(record.numbered(column::CODE))?,
        other_codes: Vec::new(),
        name,
        kind,
        roles: roles_of(kind),
        parent: (!board.is_empty()).then(|| Identifier::ods(board)).transpose()?,
        postcode: present(record.numbered(column::POSTCODE)),
        opened_on,
        closed_on,
        successors: Vec::new(),
    })
}

/// A row begins with a code and has eight digits where the opening day is; a header has neither.
fn is_data(record: &Record<'_>) -> bool {
    let opened = record.numbered(column::OPENED);
    Identifier::ods(record.numbered(column::CODE)).is_ok()
        && opened.len() == 8
        && opened.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::import::Table;

    fn line(code: &str, name: &str, roles: &str, width: usize) -> String {
        let mut fields = vec![""; width];
        fields[0] = code;
        fields[1] = name;
        fields[3] = "Q99";
        fields[9] = "AB1 2CD";
        fields[10] = "20200301";
        fields[13] = roles;
        fields.iter().map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(",") + "\n"
    }

    fn read<F: Format<Row = Body>>(file: &str) -> Vec<(u64, Result<Body, String>)> {
        let table = Table::read(file.as_bytes(), F::LAYOUT).unwrap();
        table.rows(0, table.len(), F::row).map(|line| (line.number, line.row)).collect()
    }

    #[test]
    fn both_vintages_are_read_alike() {
        for width in [24, 27] {
            let file = line("R9A", "SOMEWHERE NHS FOUNDATION TRUST", "", width)
                + &line("R9B", "ELSEWHERE NHS TRUST", "", width);
            let bodies = read::<OdsEtr>(&file);
            let first = bodies[0].1.as_ref().unwrap();
            assert_eq!(first.kind, Kind::NhsFoundationTrust);
            assert_eq!(first.parent, Some(Identifier::new("GB-NHS", "Q99")));
            assert_eq!(first.opened_on, NaiveDate::from_ymd_opt(2020, 3, 1));
            assert_eq!(bodies[1].1.as_ref().unwrap().kind, Kind::NhsTrust);
        }
    }

    #[test]
    fn a_header_is_passed_over_and_the_lines_keep_their_numbers() {
        let header = line("Organisation Code", "Name", "", 27).replace("20200301", "Open Date");
        let bodies = read::<OdsEtr>(&(header + &line("R9B", "ELSEWHERE NHS TRUST", "", 27)));
        assert_eq!(bodies.len(), 1);
        assert_eq!(bodies[0].0, 2);
    }

    #[test]
    fn a_commissioners_kind_is_its_first_role() {
        let file = line("99A", "A LOCATION", "RO319|RO326", 27)
            + &line("99B", "ANOTHER", "RO327", 27)
            + &line("99C", "A HUB", "RO218", 27)
            + &line("99D", "NHS GONE CCG", "", 27)
            + &line("99E", "A RIDDLE", "RO999", 27)
            + &line("99F", "SHORT", "", 26);
        let bodies = read::<OdsEccg>(&file);
        let kind = |place: usize| bodies[place].1.as_ref().unwrap().kind;
        assert_eq!(kind(0), Kind::SubIcbLocation);
        assert_eq!(bodies[0].1.as_ref().unwrap().roles.len(), 2);
        assert_eq!(kind(1), Kind::Other);
        assert_eq!(kind(2), Kind::NhsEngland);
        assert_eq!(kind(3), Kind::ClinicalCommissioningGroup);
        assert!(bodies[4].1.as_ref().unwrap_err().contains("RO999"));
        assert!(bodies[5].1.as_ref().unwrap_err().contains("26 columns instead of 27"));
    }

    #[test]
    fn another_width_is_another_layout() {
        assert!(Table::read(line("R9A", "A TRUST", "", 25).as_bytes(), LAYOUT).is_err());
    }
}
