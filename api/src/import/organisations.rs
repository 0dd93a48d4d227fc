//! The collected list of bodies: one line a body, with its codes, dates, parent and successors.

use entities::organisation::OrganisationKind as Kind;

use super::{
    Body, Format, Identifier, roles_of,
    table::{Layout, Record, day, life, name, present},
};

/// `code,code_scheme,name,org_type,…`: bodies of every kind.
pub struct Organisations;

impl Format for Organisations {
    type Row = Body;

    const LAYOUT: Layout = Layout::Named(&[
        "code",
        "code_scheme",
        "name",
        "org_type",
        "parent_code",
        "parent_scheme",
        "postcode",
        "open_date",
        "close_date",
        "successor_codes",
        "other_code",
        "other_code_scheme",
    ]);

    fn row(record: &Record<'_>) -> Result<Body, String> {
        let name = name(record.named("name"))?;
        let kind = kind(record.named("org_type"), &name)?;
        let opened_on = day(record.named("open_date"), "%Y-%m-%d")?;
        let closed_on = day(record.named("close_date"), "%Y-%m-%d")?;
        let (opened_on, closed_on) = life(opened_on, closed_on)?;
        Ok(Body {
            code: identifier(record.named("code_scheme"), record.named("code"))?,
            other_codes: codes(record.named("other_code"))
                .map(|code| identifier(record.named("other_code_scheme"), code))
                .collect::<Result<_, _>>()?,
            kind,
            roles: roles(record.named("org_type"), kind),
            parent: codes(record.named("parent_code"))
                .next()
                .map(|code| identifier(record.named("parent_scheme"), code))
                .transpose()?,
            postcode: present(record.named("postcode")),
            opened_on,
            closed_on,
            successors: codes(record.named("successor_codes"))
                .map(Identifier::of_either)
                .collect::<Result<_, _>>()?,
            name,
        })
    }
}

fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|code| !code.is_empty())
}

/// `ODS-LA` mixes two schemes: three digits are a council's number in the old social-care
/// returns, anything else is an ODS code.
fn identifier(scheme: &str, code: &str) -> Result<Identifier, String> {
    match scheme {
        "ODS" => Identifier::ods(code),
        "GSS" => Identifier::gss(code),
        "ODS-LA" if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Identifier::new("CASSR", code))
        }
        "ODS-LA" => Identifier::ods(code),
        _ => Err(format!("{scheme:?} is not a scheme of codes: ODS, GSS or ODS-LA")),
    }
}

/// The roles that the type stands for, as the Organisation Data Service numbers them.
fn roles(org_type: &str, kind: Kind) -> Vec<(String, bool)> {
    let role = match org_type {
        "sub_icb_location" => "RO319",
        "commissioner_other" => "RO327",
        "nhse_commissioning_hub" => "RO218",
        _ => return roles_of(kind),
    };
    vec![(role.to_owned(), true)]
}

fn kind(text: &str, name: &str) -> Result<Kind, String> {
    Ok(match text {
        "integrated_care_board" => Kind::IntegratedCareBoard,
        "sub_icb_location" => Kind::SubIcbLocation,
        "commissioner_other" => Kind::Other,
        "nhse_commissioning_hub" | "nhs_england_region" => Kind::NhsEngland,
        "former_ccg" if name.ends_with("CCG") => Kind::ClinicalCommissioningGroup,
        // Commissioning hubs and area teams of NHS England share the groups' list.
        "former_ccg" => Kind::NhsEngland,
        "nhs_trust" => Kind::NhsTrust,
        "nhs_foundation_trust" => Kind::NhsFoundationTrust,
        "gp_practice" => Kind::GpPractice,
        "independent_sector_provider" => Kind::IndependentProvider,
        "social_enterprise_provider" => Kind::CommunityInterestCompany,
        "unitary_authority"
        | "metropolitan_district"
        | "london_borough"
        | "county_council"
        | "city_corporation" => Kind::LocalAuthority,
        _ => return Err(format!("{text:?} is not a type of organisation that this layout has")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Table;

    const HEADER: &str = "code,code_scheme,name,org_type,status,parent_code,parent_scheme,\
         region_code,postcode,address,open_date,close_date,successor_codes,other_code,\
         other_code_scheme,source\n";

    fn read(line: &str) -> Result<Body, String> {
        let file = format!("{HEADER}{line}\n");
        let table = Table::read(file.as_bytes(), Organisations::LAYOUT).unwrap();
        table.rows(0, 1, Organisations::row).next().unwrap().row
    }

    #[test]
    fn a_council_has_its_geography_code_and_its_numbers() {
        let body = read(
            "E10000098,GSS,North  Fictional Council,county_council,abolished,,,London,,,1974-04-01,\
             2023-04-01,E06000098;E06000099,998;Z9D4Z,ODS-LA,x",
        )
        .unwrap();
        assert_eq!(body.name, "North Fictional Council");
        assert_eq!(body.code, Identifier::new("GSS", "E10000098"));
        assert_eq!(
            body.other_codes,
            [Identifier::new("CASSR", "998"), Identifier::new("GB-NHS", "Z9D4Z")]
        );
        assert_eq!(body.successors.len(), 2);
        assert_eq!(body.kind, Kind::LocalAuthority);
    }

    #[test]
    fn a_board_has_its_primary_role_and_the_other() {
        let body =
            read("Q99,ODS,A Board,integrated_care_board,active,Y99,ODS,,,,,,,E54000099,GSS,x");
        let body = body.unwrap();
        assert_eq!(body.roles, [("RO261".to_owned(), true), ("RO318".to_owned(), false)]);
        assert_eq!(body.parent, Some(Identifier::new("GB-NHS", "Y99")));
    }

    #[test]
    fn a_parents_scheme_without_its_code_is_no_parent() {
        assert_eq!(read("R99,ODS,A Trust,nhs_trust,active,,ODS,,,,,,,,,x").unwrap().parent, None);
    }

    #[test]
    fn of_the_former_groups_only_those_so_called_are_groups() {
        let kind = |name: &str| {
            read(&format!("99Z,ODS,{name},former_ccg,closed,,,,,,,,,,,x")).unwrap().kind
        };
        assert_eq!(kind("NHS SOMEWHERE CCG"), Kind::ClinicalCommissioningGroup);
        assert_eq!(kind("SOMEWHERE COMMISSIONING HUB"), Kind::NhsEngland);
    }

    #[test]
    fn dirt_is_told_with_its_reason() {
        for (line, reason) in [
            ("r99,ODS,A Trust,nhs_trust,,,,,,,,,,,,x", "not an ODS code"),
            ("R99,COMPANY,A Trust,nhs_trust,,,,,,,,,,,,x", "not a scheme"),
            ("R99,ODS, ,nhs_trust,,,,,,,,,,,,x", "name is blank"),
            ("R99,ODS,A Trust,hospice,,,,,,,,,,,,x", "not a type"),
            ("R99,ODS,A Trust,nhs_trust,,,,,,,2023-02-30,,,,,x", "not a day"),
            ("R99,ODS,A Trust,nhs_trust,,,,,,,2023-02-01,2022-02-01,,,,x", "before it opens"),
        ] {
            let refused = read(line).unwrap_err();
            assert!(refused.contains(reason), "{line}: {refused}");
        }
    }
}
