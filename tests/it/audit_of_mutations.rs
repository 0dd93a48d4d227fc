//! Every mutation leaves its act, named as it is.

mod contracts;

use std::{collections::BTreeSet, time::Duration};

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, chain::Chain, posting::decision};
use tributary::{
    auth::password,
    graphql::node::Kind,
    service::{
        account::{self, NewAccount},
        acting_as::Named,
    },
};

/// The mutations that are not done here, and why.
const NOT_HERE: &[(&str, &str)] = &[
    ("refreshSession", "the session goes on; only its end is an act"),
    (
        "nameSuccessor",
        "it needs bodies that closed: done in succession.rs, as all writes with an act",
    ),
    ("nameContractSuccessor", "contract_succession.rs, for the same reason"),
    ("beginPreview", "preview.rs"),
    ("shareWithConsortium", "consortium_shares.rs looks for its act"),
    ("stopSharingWithConsortium", "consortium_shares.rs looks for its act"),
    ("recordMeasureFeed", "measure_feeds.rs looks for its act"),
    ("endMeasureFeed", "measure_feeds.rs looks for its act"),
    ("confirmMeasurement", "measure_feeds.rs looks for its act"),
    ("contestMeasurement", "measure_feeds.rs looks for its act"),
    ("recordChainPayment", "chain_payments.rs looks for the acts of payments"),
    ("confirmChainPayment", "chain_payments.rs looks for the acts of payments"),
    ("contestChainPayment", "chain_payments.rs looks for the acts of payments"),
    ("withdrawChainPayment", "chain_payments.rs looks for the acts of payments"),
    ("delegateBudget", "delegated_budgets.rs looks for the acts of budgets"),
    ("changeDelegatedBudget", "delegated_budgets.rs looks for the acts of budgets"),
    ("withdrawDelegatedBudget", "delegated_budgets.rs looks for the acts of budgets"),
    ("recordDelegatedSpending", "delegated_budgets.rs looks for the acts of budgets"),
    ("reverseDelegatedSpending", "delegated_budgets.rs looks for the acts of budgets"),
    ("declareContractInterest", "contract_interests.rs"),
    ("withdrawContractInterest", "contract_interests.rs"),
    ("publishContract", "contract_publication.rs"),
    ("withdrawContractPublication", "contract_publication.rs"),
    ("proposeVirement", "proposal.rs"),
    ("proposeContributionVariation", "proposal_posting.rs"),
    ("proposePosting", "proposal_posting.rs"),
    ("proposeAgreementChange", "proposal_posting.rs"),
    ("proposeTeamMembership", "team_membership.rs"),
    ("rollForwardYear", "years.rs"),
    ("carryForward", "it needs a closed year: years.rs"),
    ("approveProposal", "proposal.rs"),
    ("refuseProposal", "proposal.rs"),
    ("withdrawProposal", "proposal.rs"),
    ("declareInterest", "proposal.rs"),
    ("recordPublishedStatement", "published_statements.rs"),
    ("setDueDates", "governance.rs"),
    ("settleDueDate", "governance.rs"),
    ("giveNotice", "governance.rs"),
    ("withdrawNotice", "governance.rs"),
    ("setDisputeLadder", "governance.rs"),
    ("raiseDispute", "governance.rs"),
    ("takeDisputeStep", "governance.rs"),
    ("endDispute", "governance.rs"),
    ("setPostingLimit", "proposal_posting.rs"),
    ("recordNarrativeThreshold", "narrative_threshold.rs"),
    ("proposeRiskShare", "risk_share.rs"),
    ("recordRiskShare", "risk_share.rs"),
    ("claimSettlement", "risk_share.rs"),
    ("acceptSettlementLine", "risk_share.rs"),
    ("disputeSettlementLine", "risk_share.rs"),
    ("saveReturn", "returns.rs looks for the acts of returns"),
    ("submitReturn", "returns.rs looks for the acts of returns"),
    ("queryReturn", "returns.rs looks for the acts of returns"),
    ("answerReturnQuery", "returns.rs looks for the acts of returns"),
    ("agreeReturn", "returns.rs looks for the acts of returns"),
    ("approveReturn", "returns.rs looks for the acts of returns"),
    ("stateAccountingTreatment", "memorandum.rs looks for its act"),
    ("createTeam", "acting_as_team.rs looks for the acts of teams"),
    ("updateTeam", "acting_as_team.rs looks for the acts of teams"),
    ("addTeamPost", "acting_as_team.rs looks for the acts of teams"),
    ("endTeamPost", "acting_as_team.rs looks for the acts of teams"),
    ("addTeamMember", "acting_as_team.rs looks for the acts of teams"),
    ("endTeamMember", "acting_as_team.rs looks for the acts of teams"),
    ("delegateLimit", "acting_as_team.rs looks for the acts of teams"),
    ("addTeamFunction", "acting_as_team.rs looks for the acts of teams"),
    ("moveTeamFunction", "acting_as_team.rs looks for the acts of teams"),
    ("importContracts", "contract_import.rs looks for its acts"),
    ("withholdPay", "pay_withholding.rs looks for the acts of withholdings"),
    ("releaseWithheldPay", "pay_withholding.rs looks for the acts of withholdings"),
    ("retainWithheldPay", "pay_withholding.rs looks for the acts of withholdings"),
    ("runPayment", "payment_run.rs looks for the acts of payments"),
    ("approvePaymentRun", "payment_run.rs looks for the acts of payments"),
    ("refusePaymentRun", "payment_run.rs looks for the acts of payments"),
    ("claimPaymentLine", "payment_run.rs looks for the acts of payments"),
    ("queryPaymentLine", "payment_run.rs looks for the acts of payments"),
    ("answerPaymentQuery", "payment_run.rs looks for the acts of payments"),
    ("acceptPaymentLine", "payment_run.rs looks for the acts of payments"),
    ("recordPaymentMade", "payment_run.rs looks for the acts of payments"),
    ("reconcilePaymentLine", "payment_run.rs looks for the acts of payments"),
    ("importPayments", "payments.rs"),
    ("tryPaymentRules", "it writes nothing: payments.rs"),
    ("draftContract", "contracts.rs looks for the acts of contracts"),
    ("updateContract", "contracts.rs looks for the acts of contracts"),
    ("planContractValue", "contracts.rs looks for the acts of contracts"),
    ("meetContractCondition", "contracts.rs looks for the acts of contracts"),
    ("recordContractGuarantee", "contracts.rs looks for the acts of contracts"),
    ("recordContractVariation", "contracts.rs looks for the acts of contracts"),
    ("extendContract", "contracts.rs looks for the acts of contracts"),
    ("awardContract", "contracts.rs looks for the acts of contracts"),
    ("mobiliseContract", "contracts.rs looks for the acts of contracts"),
    ("activateContract", "contracts.rs looks for the acts of contracts"),
    ("suspendContract", "contracts.rs looks for the acts of contracts"),
    ("resumeContract", "contracts.rs looks for the acts of contracts"),
    ("giveContractNotice", "contracts.rs looks for the acts of contracts"),
    ("terminateContract", "contracts.rs looks for the acts of contracts"),
    ("cancelContract", "contracts.rs looks for the acts of contracts"),
    ("abandonContract", "contracts.rs looks for the acts of contracts"),
    ("novateContracts", "novation.rs looks for the acts of each contract"),
    ("unfoldNovation", "novation.rs looks for the acts of each contract"),
];

const PASSWORD: &str = "correct horse battery";

/// Does mutations, and looks for the act that each must leave.
struct Doing<'a> {
    world: &'a World,
    done: BTreeSet<String>,
}

impl Doing<'_> {
    /// How many acts of this name there are.
    async fn acts(&self, action: &str) -> u64 {
        use entities::audit_act::{Column, Entity};
        use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
        #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
        let acts = <Entity as sea_orm::EntityTrait>::find().filter(Column::Action.eq(action));
        acts.count(self.world.database.for_migration()).await.expect("a count")
    }

    /// Does what takes no input, and expects one act of its name.
    async fn act_without_input(&mut self, actor: &Actor, name: &str, fields: &str) {
        let before = self.acts(name).await;
        let document = format!("mutation {{ {name} {{ {fields} errors {{ code }} }} }}");
        let _ = actor.ask(&document).await.ok();
        assert_eq!(self.acts(name).await, before + 1, "{name} left no act");
        self.done.insert(name.to_owned());
    }

    /// Does it, and expects one act of its name.
    async fn act(&mut self, actor: &Actor, name: &str, input: Value, fields: &str) -> Answer {
        let posted = ["invoiceContribution", "receiveContribution", "refundContribution"];
        let before = self.acts(name).await;
        let answer = if posted.contains(&name) {
            actor.run_typed(name, "ContributionPostingInput", input, fields).await
        } else {
            actor.run(name, input, fields).await
        };
        let answer = answer.ok();
        let least = before + 1;
        let left = self.acts(name).await;
        assert!(left >= least, "{name} left no act");
        assert!(left <= before + 2, "{name} left {} acts", left - before);
        self.done.insert(name.to_owned());
        answer
    }
}

fn effective(on: &str) -> Value {
    json!({ "effectiveOn": on })
}

async fn books(doing: &mut Doing<'_>, books: &Books) -> String {
    let host = books.host();
    let (agreement, fund) = (&books.agreement, &books.fund);
    doing.done.extend(["createPartnershipAgreement", "createPooledFund"].map(str::to_owned));
    for made in ["createPartnershipAgreement", "createPooledFund"] {
        assert_eq!(doing.acts(made).await, 1, "{made}");
    }
    let input = json!({ "id": agreement, "expectedVersion": 1, "title": "Renamed" });
    doing.act(host, "updatePartnershipAgreement", input, "agreement { id }").await;
    let third = doing.world.organisation("Third", OrganisationKind::LocalAuthority).await;
    let input = json!({
        "agreement": agreement, "expectedVersion": 2,
        "organisation": Kind::Organisation.id(third), "joinedOn": "2025-06-01",
    });
    doing.act(host, "addAgreementPartner", input, "agreement { id }").await;
    let input = json!({ "id": fund, "expectedVersion": 1, "name": "Renamed" });
    doing.act(host, "updatePooledFund", input, "fund { id }").await;
    let input = json!({
        "fund": fund, "partner": host.id, "sourceCode": tests::books::SOURCE,
        "financialYear": "2025/26", "amount": "1000.00", "idempotencyKey": "1",
    });
    let planned = doing.act(host, "planContribution", input, "contribution { id }").await;
    let contribution = planned.text("/planContribution/contribution/id").to_owned();
    let input = json!({
        "contribution": contribution, "amount": "100.00", "effectiveOn": "2025-06-01",
        "reason": "More", "decision": decision(), "idempotencyKey": "1",
    });
    doing.act(host, "varyContribution", input, "contribution { id }").await;
    let input = json!({ "contribution": contribution, "amount": "1.00", "reason": "In dispute" });
    doing.act(host, "withholdContribution", input, "contribution { id }").await;
    let input = json!({ "contribution": contribution, "reason": "Settled" });
    doing.act(host, "releaseWithheldContribution", input, "contribution { id }").await;
    for (name, amount) in [
        ("invoiceContribution", "9.00"),
        ("receiveContribution", "9.00"),
        ("refundContribution", "1.00"),
    ] {
        let input = json!({
            "contribution": contribution, "amount": amount, "effective": effective("2025-06-10"),
            "description": "Paid", "idempotencyKey": name,
        });
        doing.act(host, name, input, "transaction { id }").await;
    }
    contribution
}

async fn relations(doing: &mut Doing<'_>, books: &Books) {
    let host = books.host();
    let agreement = &books.agreement;
    let third = doing.world.organisation("Fourth", OrganisationKind::LocalAuthority).await;
    let third = Kind::Organisation.id(third);
    let input = json!({
        "agreement": agreement, "expectedVersion": 3, "organisation": third, "joinedOn": "2025-06-01",
    });
    doing.act(host, "addAgreementPartner", input, "agreement { id }").await;
    let input = json!({
        "agreement": agreement, "expectedVersion": 4, "organisation": third, "leftOn": "2025-07-01",
    });
    doing.act(host, "endAgreementPartner", input, "agreement { id }").await;
    let mut relations = Vec::new();
    for kind in ["AUDITOR", "REGULATOR"] {
        let input = json!({
            "agreement": agreement, "organisation": third, "kind": kind, "startsOn": "2025-07-02",
        });
        let made = doing.act(host, "appointOrganisation", input, "relation { id }").await;
        relations.push(made.text("/appointOrganisation/relation/id").to_owned());
    }
    let input = json!({
        "agreement": agreement, "organisation": third, "purpose": "Audit",
        "startsOn": "2025-08-01", "endsOn": "2025-12-31",
    });
    let made = doing.act(host, "grantAccess", input, "grant { id }").await;
    let input = json!({ "grant": made.text("/grantAccess/grant/id"), "endsOn": "2025-10-31" });
    doing.act(host, "endAccessGrant", input, "agreement { id }").await;
    let input = json!({ "relation": relations[0], "endsOn": "2025-12-31" });
    doing.act(host, "endAppointment", input, "agreement { id }").await;
    let input = json!({ "relation": relations[1], "reason": "Another was meant" });
    doing.act(host, "revokeAppointment", input, "agreement { id }").await;
}

async fn schemes(doing: &mut Doing<'_>, books: &Books) {
    let host = books.host();
    let fund = &books.fund;
    let input = books.scheme_input(fund, "01", "100.00", &[1]);
    let made = doing.act(host, "createScheme", input, "scheme { id }").await;
    let scheme = made.text("/createScheme/scheme/id").to_owned();
    let other = books.scheme("02", "100.00", &[1]).await;
    let input = json!({ "scheme": scheme, "expectedVersion": 1, "name": "Renamed" });
    doing.act(host, "updateScheme", input, "scheme { id }").await;
    let shares = json!([{ "partner": host.id, "source": tests::books::SOURCE, "weight": 1 }]);
    let input = json!({
        "scheme": scheme, "financialYear": "2026/27", "amount": "0.00", "funding": shares,
    });
    doing.act(host, "setSchemeBudget", input, "scheme { id }").await;
    let input = json!({
        "scheme": scheme, "financialYear": "2025/26", "effectiveOn": "2025-05-01", "shares": shares,
    });
    doing.act(host, "setFundingSplit", input, "scheme { id }").await;
    let movement =
        books.movement("VIREMENT", "2025-07-01", &[(&scheme, "-10.00"), (&other, "10.00")], &[]);
    doing.act(host, "moveBudget", movement, "movement { id }").await;
    let input = json!({
        "scheme": scheme, "financialYear": "2025/26", "amount": "5.00", "description": "Care",
        "effectiveOn": "2025-06-01", "idempotencyKey": "1",
    });
    let made = doing.act(host, "recordCommitment", input, "commitment { id }").await;
    let commitment = made.text("/recordCommitment/commitment/id");
    let input = json!({
        "commitment": commitment, "amount": "1.00", "effectiveOn": "2025-07-01",
        "idempotencyKey": "1",
    });
    doing.act(host, "releaseCommitment", input, "commitment { id }").await;
    let input = json!({
        "fund": fund, "financialYear": "2025/26",
        "lines": [{ "scheme": scheme, "month": 1, "amount": "1.00" }],
    });
    let saved = doing.act(host, "saveForecast", input, "forecast { id }").await;
    let input = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
    doing.act(host, "submitForecast", input, "forecast { id }").await;
    postings(doing, books, &scheme).await;
}

async fn postings(doing: &mut Doing<'_>, books: &Books, scheme: &str) {
    let host = books.host();
    let input = Books::expenditure(scheme, "5.00", "2025-05-15", "1");
    let spent = doing.act(host, "recordExpenditure", input, "transaction { id }").await;
    let spent = spent.text("/recordExpenditure/transaction/id");
    let input = json!({
        "adjusts": spent, "amount": "1.00", "effective": effective("2025-06-15"),
        "description": "More", "reason": "Late invoice", "idempotencyKey": "1",
    });
    doing.act(host, "recordAdjustment", input, "transaction { id }").await;
    let input = Books::reversal(spent, "2025-06-16", "1");
    doing.act(host, "reverseTransaction", input, "transaction { id }").await;
    let input = json!({
        "fund": books.fund, "effective": effective("2025-06-15"), "description": "Reserve",
        "lines": [{ "account": "CASH", "amount": "1.00" }, { "account": "RESERVE", "amount": "-1.00" }],
        "idempotencyKey": "1",
    });
    doing.act(host, "postJournal", input, "transaction { id }").await;
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "period": 1, "status": "SOFT_CLOSED",
        "reason": "Month end",
    });
    doing.act(host, "closePeriod", input, "closing { period }").await;
    let input = json!({ "fund": books.fund, "financialYear": "2025/26", "period": 1 });
    doing.act(host, "releasePeriod", input, "fund { id }").await;
    let input = json!({ "object": books.fund, "system": "LEDGER", "value": "4711" });
    doing.act(host, "setExternalReference", input, "errors { code }").await;
}

/// An account that is a member of two organisations.
async fn member_of_two(doing: &Doing<'_>, one: uuid::Uuid) -> entities::account::Model {
    let new = NewAccount {
        email: "finance@council.example".to_owned(),
        password: PASSWORD.to_owned(),
        organisation: Named::Id(one),
        role: Role::Admin,
    };
    password::check(PASSWORD, "password").expect("a password");
    account::create(&doing.world.database, new).await.expect("an account")
}

/// Signs in again, as often as a session is ended.
async fn sessions(doing: &mut Doing<'_>, email: &str) {
    let world = doing.world;
    let sign_in = async || {
        let input = json!({ "email": email, "password": PASSWORD });
        let answer = world.nobody().run("signIn", input, "session { accessToken }").await.ok();
        world.nobody().bearing(answer.text("/signIn/session/accessToken"))
    };
    let (first, second) = (sign_in().await, sign_in().await);
    let listed = second.ask("{ sessions(first: 9) { nodes { id isCurrent } } }").await.ok();
    let listed = listed.at("/sessions/nodes").as_array().expect("sessions").clone();
    let other = listed.iter().find(|one| one["isCurrent"] == json!(false)).expect("another");
    doing.act(&second, "endSession", json!({ "session": other["id"] }), "ended").await;
    drop(first);
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "horse battery staple" });
    doing.act(&second, "changePassword", input, "changed").await;
    doing.act_without_input(&second, "endAllSessions", "ended").await;
}

async fn services(doing: &mut Doing<'_>, admin: &Actor) {
    let input = json!({ "name": "Nightly pull", "scopes": ["READ"] });
    let made = doing.act(admin, "createServiceAccount", input, "serviceAccount { id }").await;
    let id = made.text("/createServiceAccount/serviceAccount/id").to_owned();
    let input = json!({ "serviceAccount": id, "validForDays": 30 });
    let issued = doing.act(admin, "issueServiceAccountKey", input, "key { id } secret").await;
    let input = json!({ "key": issued.text("/issueServiceAccountKey/secret") });
    let exchanged = "access { accessToken }";
    doing.act(&doing.world.nobody(), "exchangeServiceAccountKey", input, exchanged).await;
    let input = json!({ "key": issued.text("/issueServiceAccountKey/key/id") });
    doing.act(admin, "revokeServiceAccountKey", input, "key { id }").await;
    let input = json!({ "serviceAccount": id });
    doing.act(admin, "disableServiceAccount", input, "serviceAccount { id }").await;
}

async fn publications(doing: &mut Doing<'_>, books: &Books) {
    let approver = doing.world.actor(books.host().organisation, &[Role::Approver]).await;
    let decision = json!({ "decidingBody": "Board", "decidedOn": "2025-09-01",
        "minuteReference": "7" });
    let input = json!({ "agreement": books.agreement, "financialYear": "2025/26",
        "decision": decision });
    let published = doing.act(&approver, "publish", input, "publication { id }").await;
    let input = json!({ "publication": published.text("/publish/publication/id"),
        "reason": "A figure was wrong" });
    doing.act(&approver, "withdrawPublication", input, "publication { id }").await;
}

async fn people(doing: &mut Doing<'_>) {
    let world = doing.world;
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
    let account = member_of_two(doing, council).await;
    let admin = world.actor(board, &[Role::Admin, Role::Commissioner]).await;
    let input = json!({ "account": Kind::Account.id(account.id), "role": "FINANCE" });
    let granted = doing.act(&admin, "grantMembership", input, "membership { id }").await;
    let input = json!({ "email": account.email, "password": PASSWORD });
    let fields = "session { accessToken }";
    let signed_in = doing.act(&world.nobody(), "signIn", input, fields).await;
    let signed_in = world.nobody().bearing(signed_in.text("/signIn/session/accessToken"));
    let input = json!({ "organisation": Kind::Organisation.id(board) });
    doing.act(&signed_in, "switchActingAs", input, fields).await;
    doing.act_without_input(&signed_in, "signOut", "signedOut").await;
    sessions(doing, &account.email).await;
    services(doing, &admin).await;
    let input = json!({ "account": Kind::Account.id(account.id),
        "issuer": "https://login.example", "subject": "u1" });
    let linked = doing.act(&admin, "linkOutsideIdentity", input, "outsideIdentity { id }").await;
    let link = linked.text("/linkOutsideIdentity/outsideIdentity/id");
    let input = json!({ "outsideIdentity": link });
    doing.act(&admin, "endOutsideIdentity", input, "outsideIdentity { id }").await;
    let input = json!({ "membership": granted.text("/grantMembership/membership/id") });
    doing.act(&admin, "endMembership", input, "membership { id }").await;

    let input = json!({ "name": "Some party", "kind": "OTHER" });
    let party = doing.act(&admin, "registerPlaceholder", input, "organisation { id }").await;
    let input = json!({
        "placeholder": party.text("/registerPlaceholder/organisation/id"),
        "into": Kind::Organisation.id(council), "expectedVersion": 1,
    });
    doing.act(&admin, "mergePlaceholder", input, "organisation { id }").await;
    let input = json!({ "of": "ORGANISATIONS", "format": "CSV" });
    let begun = doing.act(&admin, "startExport", input, "export { id }").await;
    let input = json!({ "export": begun.text("/startExport/export/id") });
    doing.act(&admin, "cancelExport", input, "export { id }").await;
    let input = json!({ "kind": "CONTRIBUTIONS", "content": "nothing\n" });
    doing.act(&admin, "importFile", input, "job { id }").await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while doing.acts("finishImport").await == 0 {
        assert!(tokio::time::Instant::now() < deadline, "the import's end left no act");
    }
}

both_databases! {
    async fn every_mutation_leaves_its_act(world: World) {
        let fund = Books::open(&world, &["Host", "Partner"]).await;
        let mut doing = Doing { world: &world, done: BTreeSet::new() };
        let _ = books(&mut doing, &fund).await;
        relations(&mut doing, &fund).await;
        schemes(&mut doing, &fund).await;
        people(&mut doing).await;
        publications(&mut doing, &fund).await;
        let chain = Chain::on(&world).await;
        contracts::links(&mut doing, &chain).await;
        contracts::pay(&mut doing, &chain).await;

        let schema = "{ __schema { mutationType { fields { name } } } }";
        let schema = world.nobody().ask(schema).await.ok();
        let fields = schema.at("/__schema/mutationType/fields").as_array().expect("fields").clone();
        let undone: Vec<&str> = fields
            .iter()
            .filter_map(|field| field["name"].as_str())
            .filter(|name| !doing.done.contains(*name))
            .filter(|name| !NOT_HERE.iter().any(|(other, _)| other == name))
            .collect();
        assert!(undone.is_empty(), "do these here too, or say why not: {undone:?}");
    }
}
