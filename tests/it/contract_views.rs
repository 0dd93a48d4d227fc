//! Who sees what of a contract: its parties, whoever stands to the agreement under which it is, and
//! nobody else.

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, contracts::drafted};
use tributary::{access::derive, service::relation::verify};

struct Scene {
    books: Books,
    lead: Actor,
    associate: Actor,
    provider: Actor,
    member: Actor,
    outsider: Actor,
    contract: String,
}

async fn somebody(world: &World, name: &str) -> Actor {
    let id = world.organisation(name, OrganisationKind::NhsTrust).await;
    world.actor(id, &[Role::Commissioner, Role::Finance]).await
}

/// A contract of £300 under an agreement, led by its host, and with an associate that is no partner.
async fn scene(world: &World) -> Scene {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let lead = books.host().clone();
    let associate = somebody(world, "Associate").await;
    let provider = somebody(world, "Trust").await;
    let member = somebody(world, "Charity").await;
    let outsider = somebody(world, "Outsider").await;
    let commissioners = [(&lead, 2), (&associate, 1)];
    let mut input = drafted("C/1", &commissioners, &[&provider, &member]);
    input["agreement"] = json!(books.agreement);
    input["conditions"] = json!([{ "description": "Staff are transferred" }]);
    let contract = lead.draft(input).await;
    let _ = lead.plan(&contract, ["100.00", "200.00"]).await.ok();
    Scene { books, lead, associate, provider, member, outsider, contract }
}

impl Scene {
    async fn award(&self) {
        let more = json!({});
        let _ = self.lead.step("awardContract", &self.contract, "2025-10-01", more).await.ok();
    }

    async fn read_by(&self, actor: &Actor) -> Value {
        actor.contract(&self.contract).await
    }
}

fn withheld(contract: &Value) -> Vec<String> {
    let fields = contract["withheld"].as_array().expect("a list").iter();
    fields.map(|it| format!("{} {}", it["field"], it["reason"]).replace('"', "")).collect()
}

/// How many contracts an actor is told of, by each way of asking.
async fn told(actor: &Actor, id: &str) -> Vec<Value> {
    let document = "query($id: ID!) {
        contract(id: $id) { id }
        byReference: contract(reference: \"C/1\") { id }
        node(id: $id) { id }
        contracts(first: 10) { totalCount nodes { id } }
        titled: contracts(first: 10, where: { title: { startsWith: \"care\" } }) { totalCount }
        ended: contracts(first: 10, where: { status: { eq: EXPIRED } }) { totalCount }
    }";
    let answer = actor.send(document, json!({ "id": id })).await.ok();
    let paths = [
        "/contract/id",
        "/byReference/id",
        "/node/id",
        "/contracts/totalCount",
        "/contracts/nodes/0/id",
        "/titled/totalCount",
        "/ended/totalCount",
    ];
    paths.iter().map(|path| answer.at(path).clone()).collect()
}

/// What somebody is told who is told of no contract.
fn nothing() -> Vec<Value> {
    let (null, zero) = (Value::Null, json!(0));
    [&null, &null, &null, &zero, &null, &zero, &zero].map(Clone::clone).to_vec()
}

both_databases! {
    async fn a_draft_is_the_commissioners_and_their_partners_own(world: World) {
        let scene = scene(&world).await;
        for actor in [&scene.lead, &scene.associate, scene.books.partner(1)] {
            let contract = scene.read_by(actor).await;
            assert_eq!(contract["status"], "DRAFT");
            assert_eq!(contract["title"], "Care C/1");
        }
        let id = json!(scene.contract);
        let seen = vec![id.clone(), id.clone(), id.clone(), json!(1), id, json!(1), json!(0)];
        assert_eq!(told(&scene.associate, &scene.contract).await, seen);
        for actor in [&scene.provider, &scene.member, &scene.outsider] {
            assert_eq!(told(actor, &scene.contract).await, nothing(), "V1: absent everywhere");
        }
    }

    async fn a_partner_that_provides_reads_no_draft_and_no_earlier_one_later(world: World) {
        let scene = scene(&world).await;
        let partner = scene.books.partner(1);
        let change = json!({
            "contract": scene.contract, "expectedVersion": 1, "title": "Secret first thought",
            "providers": [{ "organisation": partner.id, "role": "LEAD" }],
        });
        let _ = scene.lead.run("updateContract", change, "contract { id }").await.ok();
        assert_eq!(scene.read_by(partner).await, json!(null));
        let again = json!({ "contract": scene.contract, "expectedVersion": 2, "title": "Care" });
        let _ = scene.lead.run("updateContract", again, "contract { id }").await.ok();
        scene.award().await;
        let document = "query($id: ID!) { contract(id: $id) { title terms { title isDraft } } }";
        let asked = json!({ "id": scene.contract });
        let read = partner.send(document, asked.clone()).await.ok();
        assert_eq!(read.at("/contract/terms"), &json!([{ "title": "Care", "isDraft": false }]));
        let read = scene.lead.send(document, asked).await.ok();
        assert_eq!(read.at("/contract/terms").as_array().map(Vec::len), Some(4));
    }

    async fn once_awarded_each_reads_what_the_matrix_says(world: World) {
        let scene = scene(&world).await;
        scene.award().await;
        for actor in [&scene.lead, scene.books.partner(1), &scene.provider, &scene.member] {
            let contract = scene.read_by(actor).await;
            assert_eq!(contract["wholeValue"], "300.00");
            assert_eq!(contract["values"][0]["amount"], "100.00");
            assert_eq!(contract["conditions"].as_array().map(Vec::len), Some(1));
            assert_eq!(withheld(&contract), Vec::<String>::new());
        }
        let own = scene.read_by(&scene.lead).await["values"].clone();
        assert_eq!(own[0]["ownShare"], "66.67", "rule M2");
        let associate = scene.read_by(&scene.associate).await;
        let years = json!([
            { "financialYear": "2026/27", "amount": null, "ownShare": "33.33" },
            { "financialYear": "2027/28", "amount": null, "ownShare": "66.67" },
        ]);
        assert_eq!(associate["values"], years);
        assert_eq!(associate["title"], "Care C/1");
        let hidden = ["wholeValue", "valueVersion", "valuePerHead", "wholeValueBand"]
            .map(|field| format!("{field} OWN_ONLY"));
        assert_eq!(withheld(&associate), hidden);
        assert_eq!(scene.read_by(&scene.provider).await["values"][0]["ownShare"], json!(null));
        assert_eq!(told(&scene.outsider, &scene.contract).await, nothing());
        let document = "query($id: ID!) { contract(id: $id) { id } }";
        let public = world.nobody().send(document, json!({ "id": scene.contract })).await;
        assert_eq!(public.problem(), "UNAUTHENTICATED", "V5: no live row is the public's");
    }

    async fn boards_observers_regulators_and_auditors_read_a_summary(world: World) {
        let scene = scene(&world).await;
        let mut actors = Vec::new();
        for kind in [
            RelationKind::BoardMember,
            RelationKind::Observer,
            RelationKind::Regulator,
            RelationKind::Auditor,
            RelationKind::Party,
        ] {
            let actor = somebody(&world, &format!("{kind:?}")).await;
            let holder = (kind, actor.organisation);
            scene.books.relate(&world, holder, ("2025-04-01", None)).await;
            assert_eq!(scene.read_by(&actor).await, json!(null), "{kind:?} reads no draft");
            actors.push((kind, actor));
        }
        scene.award().await;
        for (kind, actor) in actors {
            let contract = scene.read_by(&actor).await;
            assert_eq!(contract["title"], "Care C/1", "{kind:?}");
            assert_eq!(contract["status"], "IN_STANDSTILL");
            for field in ["values", "wholeValue", "conditions", "statusHistory", "version"] {
                assert_eq!(contract[field], json!(null), "{kind:?} {field}");
            }
            assert_eq!(contract["commissioners"][0]["weight"], json!(null));
            let reads_band = kind != RelationKind::Party;
            let band = json!(reads_band.then_some("UNDER100_THOUSAND"));
            assert_eq!(contract["wholeValueBand"], band, "{kind:?}");
        }
    }

    async fn what_ended_keeps_its_days_and_nothing_later_appears(world: World) {
        let scene = scene(&world).await;
        let watched = somebody(&world, "Party for a time").await;
        let holder = (RelationKind::BoardMember, watched.organisation);
        scene.books.relate(&world, holder, ("2025-04-01", Some("2025-11-30"))).await;
        scene.award().await;
        world.it_is(2025, 12, 10);
        let lead = world.again(&scene.lead).await;
        let more = json!({ "reasonCode": "CHALLENGE", "documentReference": "Letter 9" });
        let _ = lead.step("cancelContract", &scene.contract, "2025-12-01", more).await.ok();
        let watched = world.again(&watched).await;
        let contract = scene.read_by(&watched).await;
        assert_eq!(contract["status"], "IN_STANDSTILL");
        assert_eq!(scene.read_by(&lead).await["status"], "CANCELLED");
        let document = "query($status: ContractStatus!) {
            contracts(first: 5, where: { status: { eq: $status } }) { totalCount }
        }";
        for (status, count) in [("IN_STANDSTILL", 1), ("CANCELLED", 0)] {
            let asked = watched.send(document, json!({ "status": status })).await.ok();
            assert_eq!(asked.at("/contracts/totalCount"), &json!(count), "{status}");
        }
    }

    async fn g5_a_successor_takes_over_from_a_party(world: World) {
        let scene = scene(&world).await;
        scene.award().await;
        let heir = somebody(&world, "Heir").await;
        let (from, to) = (scene.provider.organisation, heir.organisation);
        scene.books.succeed(&world, from, to, "2025-09-01").await;
        let connection = world.database.for_migration();
        derive::of_organisations(connection, &[to].into()).await.expect("access is derived");
        assert_eq!(scene.read_by(&heir).await["wholeValue"], "300.00");
        let compared = verify::compare(connection).await.expect("the views are in order");
        assert_eq!(compared.contracts, 1);
    }
}
