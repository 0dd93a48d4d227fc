//! An arrangement of care: a contract under the agreement of a pooled fund, with everybody around
//! it, told in small verbs through the API.

pub mod deeds;
pub mod feeds;
pub mod pay;
pub mod views;
pub mod watchers;

use chrono::NaiveDate;
use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use self::{deeds::Deeds, watchers::Watchers};
use crate::{
    Actor, Answer, Books, World,
    books::{Partner, SOURCE},
    chain::{LINK, id_of},
    contracts::{WHOLE, drafted},
    posting::decision,
    relations::day,
};

/// The years that an arrangement is told for.
pub const YEARS: [&str; 2] = ["2026/27", "2027/28"];

const BUYS: [Role; 2] = [Role::Commissioner, Role::Finance];
const SELLS: [Role; 3] = [Role::ContractManager, Role::Commissioner, Role::Finance];

/// A contract, the pool that pays it, and everybody around it, on some day.
pub struct Arrangement {
    /// The world in which it is told.
    pub world: World,
    /// The books of the council that hosts the pool, the board that commissions, and a partner.
    pub books: Books,
    /// The scheme that is charged: the council funds a quarter of it, the board three.
    pub scheme: String,
    /// What the council and the board put in, in the first year and in the second.
    pub contributions: Vec<String>,
    /// The contract; empty until it is drafted.
    pub contract: String,
    /// Who commissions beside the board, and is no partner of the agreement.
    pub associate: Actor,
    /// Who holds the contract.
    pub lead: Actor,
    /// Who sells to the lead provider.
    pub subcontractor: Actor,
    /// Who sells to it as well.
    pub sibling: Actor,
    /// Who sells to the subcontractor.
    pub deeper: Actor,
    /// Who sells to that one.
    pub deepest: Actor,
    /// Who has nothing to do with it.
    pub stranger: Actor,
    /// Who looks at it without a part in it.
    pub watchers: Watchers,
    /// Somebody of the council who approves what is paid.
    pub approver: Actor,
    /// Somebody of the board who validates what is measured.
    pub validator: Actor,
    /// The links of its chain, in the order of recording.
    pub links: Vec<Link>,
    accounts: u128,
    deeds: Deeds,
}

/// A contract beside another, with its own lead provider and chain.
pub struct Strand {
    contract: String,
    lead: Actor,
    links: Vec<Link>,
    deeds: Deeds,
}

/// Somebody of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who holds the contract.
    Lead,
    /// Who sells to it.
    Subcontractor,
    /// Who sells to it as well.
    Sibling,
    /// Who sells to the subcontractor.
    Deeper,
    /// Who sells to that one.
    Deepest,
}

/// A link of the chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its identity.
    pub id: String,
    /// Its tier.
    pub tier: i32,
    /// Who buys.
    pub buyer: Who,
    /// Who sells.
    pub seller: Who,
    /// Its value in each of the two years.
    pub amounts: [&'static str; 2],
    /// True when it is open-book, or material.
    pub is_open: bool,
    /// True when it and everything above it are open-book.
    pub is_open_all_the_way: bool,
    /// True when it is material.
    pub is_material: bool,
    /// Its days.
    pub days: (NaiveDate, NaiveDate),
}

impl Arrangement {
    /// Everybody on 1 April 2026, with a pool of £300 million in each of two years, and no contract
    /// yet. The lead provider is of this kind.
    pub async fn open(world: World, lead: OrganisationKind) -> Self {
        world.it_is(2026, 4, 1);
        let council = body(&world, "Council", OrganisationKind::LocalAuthority).await;
        let board = body(&world, "Board", OrganisationKind::IntegratedCareBoard).await;
        let partner = body(&world, "Second board", OrganisationKind::IntegratedCareBoard).await;
        let staff = vec![council.clone(), board.clone(), partner];
        let books = Books::between(staff, "POOL").await;
        let (scheme, contributions) = pool(&books).await;
        Self {
            watchers: Watchers::of(&world, &books).await,
            associate: body(&world, "Borough", OrganisationKind::LocalAuthority).await,
            lead: body(&world, "Lead provider", lead).await,
            subcontractor: body(&world, "Charity", OrganisationKind::Charity).await,
            sibling: body(&world, "Clinic", OrganisationKind::IndependentProvider).await,
            deeper: body(&world, "Agency", OrganisationKind::IndependentProvider).await,
            deepest: body(&world, "Contractor", OrganisationKind::IndependentProvider).await,
            stranger: body(&world, "Elsewhere", OrganisationKind::NhsTrust).await,
            approver: council.colleague(&world, 1_001, &[Role::Approver]).await,
            validator: board.colleague(&world, 1_002, &[Role::Approver]).await,
            links: Vec::new(),
            accounts: 1_002,
            deeds: Deeds::default(),
            contract: String::new(),
            world,
            books,
            scheme,
            contributions,
        }
    }

    /// The council that hosts the pool.
    #[must_use]
    pub fn council(&self) -> &Actor {
        self.books.host()
    }

    /// The board that co-ordinates the commissioners, a partner.
    #[must_use]
    pub fn board(&self) -> &Actor {
        self.books.partner(1)
    }

    /// A partner that does not commission.
    #[must_use]
    pub fn partner(&self) -> &Actor {
        self.books.partner(2)
    }

    /// Another day, on which everybody signs in again.
    pub async fn on(&mut self, (year, month, day): (i32, u32, u32)) {
        self.world.it_is(year, month, day);
        let mut staff = Vec::new();
        for Partner { staff: one } in &self.books.partners {
            staff.push(Partner { staff: self.world.actor(one.organisation, &BUYS).await });
        }
        self.books.partners = staff;
        self.associate = self.world.actor(self.associate.organisation, &BUYS).await;
        let sellers =
            [&mut self.lead, &mut self.subcontractor, &mut self.sibling, &mut self.deeper];
        for seller in sellers.into_iter().chain([&mut self.deepest, &mut self.stranger]) {
            *seller = self.world.actor(seller.organisation, &SELLS).await;
        }
        let host = self.council().clone();
        self.watchers.again(&self.world, &host).await;
        self.approver = self.somebody_of(&self.council().clone(), &[Role::Approver]).await;
        self.validator = self.somebody_of(&self.board().clone(), &[Role::Approver]).await;
    }

    /// Sets the contract aside, to begin another one with another lead provider.
    pub fn beside(&mut self, lead: Actor) -> Strand {
        let (contract, links, deeds) = (String::new(), Vec::new(), Deeds::default());
        let mut strand = Strand { contract, lead, links, deeds };
        self.turn_to(&mut strand);
        strand
    }

    /// Turns to a contract that was set aside, and sets the present one aside.
    pub fn turn_to(&mut self, strand: &mut Strand) {
        std::mem::swap(&mut self.contract, &mut strand.contract);
        std::mem::swap(&mut self.lead, &mut strand.lead);
        std::mem::swap(&mut self.links, &mut strand.links);
        std::mem::swap(&mut self.deeds, &mut strand.deeds);
    }

    /// Somebody of an organisation with an account of its own.
    pub async fn somebody_of(&mut self, of: &Actor, roles: &[Role]) -> Actor {
        self.accounts += 1;
        of.colleague(&self.world, self.accounts, roles).await
    }

    /// Another body, which is not of the cast.
    pub async fn another(&self, name: &str, kind: OrganisationKind) -> Actor {
        body(&self.world, name, kind).await
    }

    /// The same body, which signs in again.
    pub async fn again(&self, actor: &Actor) -> Actor {
        self.world.actor(actor.organisation, &SELLS).await
    }

    /// What is drafted, as the board and the borough share it by weight, from 1 April 2026 for two
    /// years, with the lead provider.
    #[must_use]
    pub fn draft(&self, title: &str, model: &str, (board, borough): (i64, i64)) -> Value {
        let shares = [(self.board(), board), (&self.associate, borough)];
        let mut draft = drafted("C-1", &shares, &[&self.lead]);
        draft["title"] = json!(title);
        draft["model"] = json!(model);
        draft["agreement"] = json!(self.books.agreement);
        draft["startsOn"] = json!("2026-04-01");
        draft["endsOn"] = json!("2028-03-31");
        draft
    }

    /// The board drafts the contract, which is to cost so much in each of its first years.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn drafts(&mut self, draft: Value, years: &[(&str, &str)]) {
        self.contract = self.board().draft(draft).await;
        let today = self.today();
        self.deeds.stepped("draftContract", (today, today), None);
        let year =
            |(year, amount): &(&str, &str)| json!({ "financialYear": year, "amount": amount });
        let input = self.input(json!({
            "expectedValueVersion": 0, "years": years.iter().map(year).collect::<Vec<_>>(),
        }));
        self.board().run("planContractValue", input, "contract { id }").await.ok();
    }

    /// The contract is awarded and signed, and its services begin on a day.
    pub async fn begins(&mut self, on: &str) {
        for step in ["awardContract", "mobiliseContract", "activateContract"] {
            self.step(step, on, json!({})).await.ok();
        }
    }

    /// The board takes the contract a step on.
    pub async fn step(&mut self, mutation: &str, on: &str, more: Value) -> Answer {
        let reason = more["reasonCode"].as_str().map(str::to_owned);
        let told = self.board().step(mutation, &self.contract, on, more).await;
        if told.is_ok() {
            let days = (day(on), self.today());
            self.deeds.stepped(mutation, days, reason.as_deref());
        }
        told
    }

    /// What day it is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.world.database.clock().today()
    }

    /// Every commissioner decides on a variation, and the board records it.
    pub async fn varies(&self, summary: &str, on: &str, more: Value) -> Answer {
        let approval = |by: &Actor| json!({ "commissioner": by.id, "decision": decision() });
        let version = self.board().contract(&self.contract).await["version"].clone();
        let mut input = self.input(json!({
            "expectedVersion": version, "summary": summary, "effectiveOn": on,
            "approvals": [approval(self.board()), approval(&self.associate)],
        }));
        for (name, value) in more.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        self.board().run("recordContractVariation", input, WHOLE).await
    }

    /// An input about the contract.
    #[must_use]
    pub fn input(&self, mut fields: Value) -> Value {
        fields["contract"] = json!(self.contract);
        fields
    }

    /// Somebody of the chain.
    #[must_use]
    pub fn who(&self, who: Who) -> &Actor {
        match who {
            Who::Lead => &self.lead,
            Who::Subcontractor => &self.subcontractor,
            Who::Sibling => &self.sibling,
            Who::Deeper => &self.deeper,
            Who::Deepest => &self.deepest,
        }
    }

    /// Somebody buys a service of somebody else in each of the two years, under what it sells
    /// itself, and the seller confirms it. What is said `more` of the subcontract may make it
    /// material or open-book. Answers with its identity.
    ///
    /// # Panics
    /// When either is refused.
    pub async fn buys(
        &mut self,
        (buyer, seller): (Who, Who),
        (service, amounts): (&str, [&'static str; 2]),
        more: Value,
    ) -> String {
        let above = self.links.iter().find(|it| it.seller == buyer);
        let under = above.map_or(&self.contract, |it| &it.id);
        let value =
            |(year, amount)| json!({ "financialYear": year, "worth": { "amount": amount } });
        let values: Vec<Value> = YEARS.into_iter().zip(amounts).map(value).collect();
        let mut input = json!({
            "under": under, "seller": self.who(seller).id, "reference": format!("SUB {service}"),
            "service": service, "startsOn": "2026-04-01", "endsOn": "2028-03-31",
            "paymentDays": 30, "values": values,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        let [is_material, is_open_book] =
            ["isMaterial", "isOpenBook"].map(|it| input[it] == json!(true));
        let mut link = Link {
            id: String::new(),
            tier: above.map_or(1, |it| it.tier + 1),
            buyer,
            seller,
            amounts,
            is_open: is_material || is_open_book,
            is_open_all_the_way: is_open_book && above.is_none_or(|it| it.is_open_all_the_way),
            is_material,
            days: (of_input(&input, "startsOn"), of_input(&input, "endsOn")),
        };
        let fields = format!("subcontract {{ {LINK} }}");
        let made = self.who(buyer).run("recordSubcontract", input, &fields).await.ok();
        let id = id_of(&made);
        let input = json!({ "subcontract": id, "expectedVersion": 1 });
        let fields = "subcontract { confirmation }";
        let told = self.who(seller).run("confirmSubcontract", input, fields).await.ok();
        assert_eq!(told.text("/confirmSubcontract/subcontract/confirmation"), "CONFIRMED");
        link.id.clone_from(&id);
        self.links.push(link);
        id
    }

    /// The board approves a material subcontract, which is confirmed (rule C3).
    pub async fn approves_link(&self, link: &str) {
        let input = json!({
            "subcontract": link, "expectedVersion": 2, "isApproved": true, "decision": decision(),
        });
        self.board().run("approveSubcontract", input, "subcontract { id }").await.ok();
    }
}

fn of_input(input: &Value, name: &str) -> NaiveDate {
    day(input[name].as_str().expect("a day"))
}

async fn body(world: &World, name: &str, kind: OrganisationKind) -> Actor {
    let id = world.organisation(name, kind).await;
    let sells =
        !matches!(kind, OrganisationKind::IntegratedCareBoard | OrganisationKind::LocalAuthority);
    world.actor(id, if sells { &SELLS } else { &BUYS }).await
}

/// What the partners put in, and the scheme that they fund with it, in each of the two years.
async fn pool(books: &Books) -> (String, Vec<String>) {
    let mut contributions = Vec::new();
    let funding: Vec<Value> = [(0, 1), (1, 3)]
        .map(|(place, weight): (usize, i64)| {
            json!({ "partner": books.partner(place).id, "source": SOURCE, "weight": weight })
        })
        .into();
    let budget =
        |year: &str| json!({ "financialYear": year, "amount": "300000000.00", "funding": funding });
    for year in YEARS {
        for (place, amount) in [(0, "75000000.00"), (1, "225000000.00")] {
            let input = json!({
                "fund": books.fund, "partner": books.partner(place).id, "sourceCode": SOURCE,
                "financialYear": year, "amount": amount, "decision": decision(),
                "idempotencyKey": format!("{year} {place}"),
            });
            let made =
                books.host().run("planContribution", input, "contribution { id }").await.ok();
            contributions.push(made.text("/planContribution/contribution/id").to_owned());
        }
    }
    let scheme = json!({
        "fund": books.fund, "reference": "1", "name": "Care", "schemeType": "OTHER",
        "commissioner": books.host().id, "isRecurrent": true, "budget": budget(YEARS[0]),
    });
    let made = books.host().run("createScheme", scheme, "scheme { id }").await.ok();
    let scheme = made.text("/createScheme/scheme/id").to_owned();
    let mut next = budget(YEARS[1]);
    next["scheme"] = json!(scheme);
    books.host().run("setSchemeBudget", next, "scheme { id }").await.ok();
    (scheme, contributions)
}
