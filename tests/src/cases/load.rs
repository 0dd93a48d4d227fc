use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use super::{Case, Figure, Money, Script, Statement};
use crate::{Actor, World};

const ROLES: [Role; 2] = [Role::Commissioner, Role::Finance];

/// The categories of a return: of each the income's source and the place of the partner that pays
/// it; the council itself is the first.
const INCOMES: [(&str, &str, usize); 4] = [
    ("Income: client contributions", "CLIENT_CHARGES", 0),
    ("Income: joint arrangements", "JOINT_ARRANGEMENTS", 2),
    ("Income: Income from NHS", "NHS_INCOME", 1),
    ("Income: other income", "OTHER_INCOME", 0),
];
const GROSS: &str = "Gross total cost: total expenditure";
const INCOME: &str = "Income: total";
const NET: &str = "Net total expenditure";

/// A case as it was loaded.
pub struct Loaded {
    /// The partners' people, in the order of the source.
    pub partners: Vec<Actor>,
    /// The agreement.
    pub agreement: String,
    /// The statements, in the script's order.
    pub statements: Vec<String>,
    starts_on: &'static str,
}

/// Loads a case through the API.
pub async fn load(world: &World, case: &Case, script: &Script) -> Loaded {
    let mut partners = Vec::new();
    let listed = case
        .list("/partners")
        .iter()
        .map(|it| (it["name"].as_str().expect("a name"), it["role"].as_str().expect("a role")));
    let placeholders = script.placeholders.iter().map(|name| (*name, "not named"));
    for (name, role) in listed.chain(placeholders) {
        let id = world.organisation(name, kind(name, role)).await;
        partners.push(world.actor(id, &ROLES).await);
    }
    let mut loaded = Loaded {
        partners,
        agreement: String::new(),
        statements: Vec::new(),
        starts_on: script.starts_on,
    };
    loaded.agree(case).await;
    match &script.money {
        Money::None => {}
        Money::Contributions(year, parts) => loaded.contribute(case, year, parts).await,
        Money::Lines(year) => loaded.spend(case, year).await,
    }
    for statement in script.statements {
        let id = loaded.state(case, statement).await;
        loaded.statements.push(id);
    }
    loaded
}

/// What sort of body the source says it is: predecessors too.
fn kind(name: &str, role: &str) -> OrganisationKind {
    match role {
        _ if name.contains("Foundation Trust") => OrganisationKind::NhsFoundationTrust,
        _ if name.contains("Livewell") => OrganisationKind::CommunityInterestCompany,
        "CCG" => OrganisationKind::ClinicalCommissioningGroup,
        "ICB" => OrganisationKind::IntegratedCareBoard,
        _ if role.starts_with("council") => OrganisationKind::LocalAuthority,
        _ if name.contains("Partnership") => OrganisationKind::Partnership,
        _ => OrganisationKind::Other,
    }
}

/// An amount of the file's unit, in pounds.
fn pounds(case: &Case, text: &str) -> String {
    let places = match case.text("/unit") {
        "GBP million" => 6,
        "GBP thousand" => 3,
        _ => 0,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<places$}");
    let (whole_too, pence) = fraction.split_at(places);
    let whole = format!("{whole}{whole_too}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    format!("{whole}.{pence:0<2}")
}

impl Loaded {
    /// Whoever loads: the first partner that the source lists.
    #[must_use]
    pub fn loader(&self) -> &Actor {
        &self.partners[0]
    }

    async fn make(&self, who: &Actor, name: &str, input: Value, object: &str) -> String {
        let made = who.run(name, input, &format!("{object} {{ id }}")).await.ok();
        made.text(&format!("/{name}/{object}/id")).to_owned()
    }

    /// The agreement, with the host where the source names one. None names a pool manager.
    async fn agree(&mut self, case: &Case) {
        let names: Vec<_> = case.list("/partners").iter().map(|it| &it["name"]).collect();
        let host = names.iter().position(|name| **name == case.content["host"]);
        let ids: Vec<&String> = self.partners.iter().map(|partner| &partner.id).collect();
        let title = case.text("/title");
        let input = json!({
            "reference": &case.file[..case.file.len().min(50)], "title": title,
            "statutoryBasis": "OTHER_BASIS", "status": "IN_FORCE",
            "evidence": "HISTORICAL_INCOMPLETE", "partners": ids,
            "host": host.map(|place| &self.partners[place].id), "startsOn": self.starts_on,
        });
        let made = "createPartnershipAgreement";
        self.agreement = self.make(self.loader(), made, input, "agreement").await;
    }

    async fn fund(&self, case: &Case, kind: &str) -> String {
        let input = json!({
            "agreement": self.agreement, "reference": format!("{kind} {}", &case.file[..2]),
            "name": kind, "kind": kind, "startsOn": self.starts_on,
        });
        self.make(self.loader(), "createPooledFund", input, "fund").await
    }

    async fn plan(
        &self,
        (fund, year): (&str, &str),
        (partner, source): (usize, &str),
        amount: &str,
    ) {
        let who = &self.partners[partner];
        let input = json!({
            "fund": fund, "partner": who.id, "sourceCode": source, "financialYear": year,
            "amount": amount, "idempotencyKey": format!("{fund} {source} {partner}"),
        });
        let _ = self.make(who, "planContribution", input, "contribution").await;
    }

    async fn scheme(
        &self,
        (fund, year): (&str, &str),
        (reference, name): (&str, &str),
        (partner, source): (usize, &str),
        amount: &str,
    ) -> String {
        let share = json!({ "partner": self.partners[partner].id, "source": source, "weight": 1 });
        let input = json!({
            "fund": fund, "reference": reference, "name": name, "schemeType": "OTHER",
            "commissioner": self.loader().id, "isRecurrent": true,
            "budget": { "financialYear": year, "amount": amount, "funding": [share] },
        });
        self.make(self.loader(), "createScheme", input, "scheme").await
    }

    /// Each part of the source in a fund of its kind, with a scheme of the same amount.
    async fn contribute(&self, case: &Case, year: &str, parts: &[(&'static str, usize, &str)]) {
        let source = "CORE_BUDGET";
        let mut funds: Vec<(&str, String)> = Vec::new();
        for (kind, partner, at) in parts {
            if !funds.iter().any(|(known, _)| known == kind) {
                funds.push((kind, self.fund(case, kind).await));
            }
            let fund = &funds.iter().find(|(known, _)| known == kind).expect("a fund").1;
            let amount = pounds(case, case.text(at));
            self.plan((fund, year), (*partner, source), &amount).await;
            let named = (*at, case.text(&at.replace("amount", "component")));
            let _ = self.scheme((fund, year), named, (*partner, source), &amount).await;
        }
    }

    /// Every line as a scheme that the council spends on itself, and every income as a contribution.
    /// What is left of gross expenditure is the council's own.
    async fn spend(&self, case: &Case, year: &str) {
        let fund = self.fund(case, "ALIGNED").await;
        let total =
            |category: &str| pounds(case, case.text(&format!("/printed_totals/{category}")));
        for (category, source, partner) in INCOMES {
            self.plan((&fund, year), (partner, source), &total(category)).await;
        }
        self.plan((&fund, year), (0, "CORE_BUDGET"), &total(NET)).await;
        for (place, line) in case.list("/lines").iter().enumerate() {
            let amount = pounds(case, line[GROSS].as_str().expect("gross"));
            let name = line["line"].as_str().expect("a name");
            let named = (&*place.to_string(), name);
            let own = (0, "CORE_BUDGET");
            let scheme = self.scheme((&fund, year), named, own, &amount).await;
            if amount == "0.00" {
                continue;
            }
            let input = json!({
                "scheme": scheme, "amount": amount, "effective": { "effectiveOn": "2015-03-31" },
                "spentBy": self.loader().id, "description": name, "idempotencyKey": name,
            });
            let _ = self.make(self.loader(), "recordExpenditure", input, "transaction").await;
        }
    }

    /// Records a statement as the source prints it.
    async fn state(&self, case: &Case, said: &Statement) -> String {
        let (figures, checks) = if said.figures.is_empty() {
            lines(case, &self.partners)
        } else {
            let figures = said.figures.iter().map(|it| self.figure(case, it)).collect();
            let check = |(name, kind, total, plus, minus): &super::Check| json!({ "name": name, "kind": kind, "total": total, "plus": plus, "minus": minus });
            (figures, said.checks.iter().map(check).collect::<Vec<Value>>())
        };
        let unit = match case.text("/unit") {
            "GBP million" => "MILLIONS",
            "GBP thousand" => "THOUSANDS",
            _ => "POUNDS",
        };
        let input = json!({
            "agreement": self.agreement, "publisher": said.publisher,
            "sourceTitle": case.text("/source_title"), "sourceAddress": case.text(said.address),
            "sourceDate": case.text("/source_date"), "financialYear": said.year,
            "period": said.period, "unit": unit, "decimals": 0, "status": said.status,
            "note": said.note, "figures": figures, "checks": checks,
        });
        self.make(self.loader(), "recordPublishedStatement", input, "statement").await
    }

    fn figure(&self, case: &Case, it: &Figure) -> Value {
        let printed = case.text(it.at);
        let mut figure =
            json!({ "name": it.name, "printed": printed, "decimals": decimals(printed) });
        if it.is_in_billions {
            let (billions, tenths) = printed.split_at(printed.len() - 3);
            assert!(tenths.ends_with("00"), "{printed} is no tenth of a thousand millions");
            figure["printed"] = json!(format!("{billions}.{}", &tenths[..1]));
            figure["decimals"] = json!(1);
            figure["unit"] = json!("BILLIONS");
        }
        if let Some(partner) = it.partner {
            figure["partner"] = json!(self.partners[partner].id);
        }
        for (field, text) in [("measures", it.measures), ("subject", it.subject)] {
            if !text.is_empty() {
                figure[field] = json!(text);
            }
        }
        figure
    }
}

fn decimals(printed: &str) -> usize {
    printed.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// Every cell of a return and its totals, and the checks that they make.
fn lines(case: &Case, partners: &[Actor]) -> (Vec<Value>, Vec<Value>) {
    let categories: Vec<&str> =
        INCOMES.iter().map(|(category, ..)| *category).chain([GROSS, INCOME, NET]).collect();
    let (mut figures, mut checks) = (Vec::new(), Vec::new());
    for category in &categories {
        let mut parts = Vec::new();
        for line in case.list("/lines") {
            let name = format!("{category}: {}", line["line"].as_str().expect("a name"));
            figures.push(json!({ "name": name, "printed": line[*category] }));
            parts.push(name);
        }
        let printed = case.text(&format!("/printed_totals/{category}"));
        let mut total = json!({ "name": category, "printed": printed });
        let payer = INCOMES.iter().find(|(income, _, payer)| income == category && *payer > 0);
        if let Some((_, _, payer)) = payer {
            total["measures"] = json!("CONTRIBUTIONS_AGREED");
            total["partner"] = json!(partners[*payer].id);
        } else if *category == GROSS {
            total["measures"] = json!("ACTUAL");
        }
        figures.push(total);
        checks.push(
            json!({ "name": format!("12 lines: {category}"), "total": category, "plus": parts }),
        );
    }
    let sources: Vec<&str> = INCOMES.iter().map(|(category, ..)| *category).collect();
    checks.push(json!({ "name": "four income sources", "total": INCOME, "plus": sources }));
    checks.push(json!({
        "name": "gross - income = net", "total": NET, "plus": [GROSS], "minus": [INCOME],
    }));
    (figures, checks)
}
