use chrono::NaiveDate;
use entities::value::Pence;
use serde_json::{Value, json};

use super::*;

/// A release of a process of a made-up publisher.
fn release(parts: Value) -> Value {
    let mut release = json!({
        "ocid": "ocds-abc123-1", "id": "1", "date": "2025-03-01T10:00:00Z", "tag": ["tender"],
        "language": "en", "initiationType": "tender",
        "buyer": {"id": "b", "name": "North Board"},
        "parties": [
            {"id": "b", "name": "North Board", "roles": ["buyer"],
             "identifier": {"scheme": "GB-NHS", "id": "qzz"},
             "address": {"streetAddress": "1 Street"}},
            {"id": "GB-COH-1234567", "name": "Care Ltd", "roles": ["supplier"]},
        ],
        "tender": {"id": "t", "title": "Home care", "status": "active"},
    });
    if let (Value::Object(release), Value::Object(parts)) = (&mut release, parts) {
        release.extend(parts);
    }
    release
}

fn award(parts: Value) -> Value {
    let mut award = json!({
        "id": "a-1", "status": "active", "date": "2025-02-01T00:00:00Z",
        "suppliers": [{"id": "GB-COH-1234567", "name": "Care Ltd"}],
        "value": {"amount": 1_200_000.5, "currency": "GBP"},
        "contractPeriod": {"startDate": "2025-04-01T00:00:00+01:00",
                           "endDate": "2028-03-31T23:59:59+01:00"},
    });
    if let (Value::Object(award), Value::Object(parts)) = (&mut award, parts) {
        award.extend(parts);
    }
    award
}

fn package(releases: &[Value]) -> Vec<u8> {
    json!({"version": "1.1", "publisher": {"name": "P"}, "releases": releases})
        .to_string()
        .into_bytes()
}

fn taken(releases: &[Value]) -> Notices {
    read(&package(releases)).unwrap()
}

/// The only contract of the only notice.
fn only(notices: &Notices) -> &ReadContract {
    assert_eq!((notices.notices.len(), notices.notices[0].contracts.len()), (1, 1));
    &notices.notices[0].contracts[0]
}

fn found(notices: &Notices, what: Unclear) -> Vec<&str> {
    let findings = notices.findings.iter().filter(|finding| finding.code == what);
    findings.map(|finding| finding.pointer.as_str()).collect()
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

fn on(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

#[test]
fn an_award_is_a_contract_to_the_penny_and_the_day() {
    let notices = taken(&[release(json!({"tag": ["award"], "awards": [award(json!({}))]}))]);
    let contract = only(&notices);
    assert_eq!(contract.reference, "ocds-abc123-1/a-1");
    assert_eq!((contract.key.as_str(), contract.title.as_str()), ("a-1", "Home care"));
    assert_eq!(contract.status, ReadStatus::Awarded);
    assert_eq!(contract.value.map(|value| value.amount), Some(Pence(120_000_050)));
    let period = contract.period.unwrap();
    assert_eq!((period.starts_on, period.ends_on), (on(2025, 4, 1), on(2028, 3, 31)));
    assert_eq!(contract.commissioners[0].codes[0].to_string(), "GB-NHS QZZ");
    assert_eq!(contract.providers[0].codes[0].to_string(), "GB-COH 01234567");
    assert_eq!(found(&notices, Unclear::CodeBroughtToForm).len(), 2);
    assert_eq!(found(&notices, Unclear::VatNotStated), ["/releases/0/awards/0"]);
    assert_eq!(notices.notices[0].prefix, "ocds-abc123");
}

#[test]
fn a_notice_without_an_award_is_a_draft_or_was_abandoned() {
    let open = taken(&[release(json!({}))]);
    assert_eq!((only(&open).status, only(&open).key.as_str()), (ReadStatus::Draft, ""));
    assert_eq!(only(&open).reference, "ocds-abc123-1");
    for status in ["cancelled", "withdrawn", "unsuccessful"] {
        let tender = json!({"id": "t", "title": "Home care", "status": status});
        let notices = taken(&[release(json!({"tender": tender}))]);
        assert_eq!(only(&notices).status, ReadStatus::Abandoned, "{status}");
        assert!(only(&notices).reason.is_some());
    }
    let cancelled = taken(&[release(json!({"tag": ["tenderCancellation"]}))]);
    assert_eq!(only(&cancelled).status, ReadStatus::Abandoned);
    assert_eq!(found(&cancelled, Unclear::TagsAndStatusDisagree).len(), 1);
    let none = award(json!({"status": "unsuccessful", "suppliers": []}));
    let fruitless = taken(&[release(json!({"awards": [none]}))]);
    assert_eq!(only(&fruitless).status, ReadStatus::Abandoned);
    let tender = json!({"id": "t", "status": "complete"});
    let complete = taken(&[release(json!({"tender": tender}))]);
    assert_eq!(only(&complete).status, ReadStatus::Draft);
    assert_eq!(found(&complete, Unclear::CompleteWithoutAward).len(), 1);
    assert_eq!(found(&complete, Unclear::NoTitle).len(), 1);
}

#[test]
fn awards_and_contracts_have_the_status_that_they_state() {
    for (award_status, contract_status, status) in [
        ("pending", None, ReadStatus::InStandstill),
        ("active", None, ReadStatus::Awarded),
        ("cancelled", None, ReadStatus::Cancelled),
        ("active", Some("pending"), ReadStatus::Awarded),
        ("active", Some("active"), ReadStatus::Signed),
        ("active", Some("terminated"), ReadStatus::Ended),
        ("active", Some("cancelled"), ReadStatus::Cancelled),
        ("???", Some("???"), ReadStatus::Signed),
    ] {
        let mut parts = json!({"awards": [award(json!({"status": award_status}))]});
        if let Some(status) = contract_status {
            parts["contracts"] = json!([{"id": "c", "awardID": "a-1", "status": status}]);
        }
        let notices = taken(&[release(parts)]);
        assert_eq!(only(&notices).status, status, "{award_status} {contract_status:?}");
        assert_eq!(only(&notices).key, "a-1");
    }
}

#[test]
fn each_contract_of_an_award_is_one_and_orphans_are_told() {
    let contracts = json!([
        {"id": "c-1", "awardID": "a-1", "value": {"amount": 10, "currency": "GBP"},
         "dateSigned": "2025-03-05", "period": {"startDate": "2025-05-01T00:00:00Z"},
         "implementation": {"transactions": [{}, {}]}, "extendsContractID": "c-0",
         "amendments": [{"date": "2025-06-01T00:00:00Z", "rationale": "More of it"}]},
        {"id": "c-2", "awardID": "a-1"}, {"id": "c-3", "awardID": "gone"}, {"id": "c-1"},
    ]);
    let notices = taken(&[release(json!({"awards": [award(json!({}))], "contracts": contracts}))]);
    let contracts = &notices.notices[0].contracts;
    let keys: Vec<_> = contracts.iter().map(|contract| contract.key.as_str()).collect();
    assert_eq!(keys, ["a-1", "a-1/c-2", "c-3"]);
    assert_eq!(contracts[0].value.unwrap().amount, Pence(1_000));
    assert_eq!(contracts[0].signed_on, on(2025, 3, 5));
    assert_eq!(contracts[0].period.unwrap().ends_on, None);
    assert_eq!(contracts[0].extends.as_deref(), Some("c-0"));
    assert_eq!(contracts[0].amendments[0].on, on(2025, 6, 1));
    assert_eq!(contracts[1].value.unwrap().amount, Pence(120_000_050));
    assert_eq!(found(&notices, Unclear::ContractOfNoAward), ["/releases/0/contracts/2"]);
    assert_eq!(found(&notices, Unclear::IdentityTwice), ["/releases/0/contracts/3"]);
    assert_eq!(found(&notices, Unclear::PaymentsNotTaken).len(), 1);
    assert_eq!(found(&notices, Unclear::DayOfAnotherForm).len(), 1);
}

#[test]
fn the_latest_release_counts_whatever_the_order_and_the_others_are_history() {
    let titled = |id: &str, date: &str, title: &str| {
        release(json!({"id": id, "date": date,
                       "tender": {"id": "t", "title": title, "status": "active"}}))
    };
    // The same instant in two offsets is earlier than it looks.
    let notices = taken(&[
        titled("3", "2025-03-03T10:00:00+01:00", "third"),
        titled("1", "2025-03-01T10:00:00Z", "first"),
        titled("2", "2025-03-03T08:59:59Z", "second"),
        titled("1", "2025-03-09T10:00:00Z", "the first again"),
    ]);
    let notice = &notices.notices[0];
    assert_eq!((notices.releases, notices.notices.len()), (4, 1));
    assert_eq!((notice.title.as_str(), notice.release.id.as_str()), ("third", "3"));
    let earlier: Vec<_> = notice.earlier.iter().map(|release| release.id.as_str()).collect();
    assert_eq!(earlier, ["1", "2"]);
    assert_eq!(found(&notices, Unclear::EarlierRelease), ["/releases/1", "/releases/2"]);
    assert_eq!(found(&notices, Unclear::ReleaseTwice), ["/releases/3"]);
}

#[test]
fn what_the_latest_release_leaves_out_is_taken_from_before() {
    let mut later = release(json!({"id": "2", "date": "2025-04-01T00:00:00Z", "tag": ["award"],
                                   "awards": [award(json!({}))]}));
    later.as_object_mut().unwrap().remove("tender");
    let notices = taken(&[later, release(json!({}))]);
    assert_eq!(
        (only(&notices).title.as_str(), only(&notices).status),
        ("Home care", ReadStatus::Awarded)
    );
    assert_eq!(found(&notices, Unclear::TakenFromEarlier), ["/releases/1/tender"]);
}

#[test]
fn lots_give_their_title_and_days_and_those_left_over_are_told() {
    let lot = |id: &str| {
        json!({"id": id, "title": format!("Lot {id}"), "status": "active",
        "value": {"amount": 100, "currency": "GBP"},
        "contractPeriod": {"startDate": "2025-06-01T00:00:00Z", "endDate": "2026-05-31T00:00:00Z"}})
    };
    let tender = json!({"id": "t", "title": "Home care", "status": "active",
        "lots": [lot("1"), lot("2"), lot("2")], "items": [{"id": "1", "relatedLot": "9"}],
        "techniques": {"hasFrameworkAgreement": true,
                       "frameworkAgreement": {"maximumParticipants": 7.922_816_251_426_434e28}}});
    let notices = taken(&[release(json!({"tender": tender}))]);
    assert_eq!(only(&notices).value.unwrap().amount, Pence(20_000));
    assert_eq!(only(&notices).model, Some(StatedModel::FrameworkAgreement));
    assert_eq!(only(&notices).lots, ["1", "2"]);
    assert_eq!(found(&notices, Unclear::ItemOfNoLot).len(), 1);
    assert_eq!(found(&notices, Unclear::NumberWithoutMeaning).len(), 1);
    let mut of_lot = award(json!({"relatedLots": ["1"]}));
    of_lot.as_object_mut().unwrap().remove("contractPeriod");
    let notices = taken(&[release(json!({"tender": tender, "awards": [of_lot]}))]);
    assert_eq!(only(&notices).title, "Home care: Lot 1");
    assert_eq!(only(&notices).period.unwrap().starts_on, on(2025, 6, 1));
    assert_eq!(found(&notices, Unclear::LotNotAwarded), ["/releases/0/tender/lots/1"]);
}

#[test]
fn a_value_is_taken_exactly_or_not_at_all() {
    let valued = |value: Value| {
        let notices = taken(&[release(json!({"awards": [award(json!({"value": value}))]}))]);
        let amount = only(&notices).value.map(|value| value.amount.0);
        let codes = notices.findings.iter().map(|finding| finding.code);
        (amount, codes.filter(|code| *code != Unclear::VatNotStated).collect::<Vec<_>>())
    };
    let gbp = |amount: &str| {
        let amount: Value = serde_json::from_str(amount).unwrap();
        json!({"amount": amount, "currency": "GBP"})
    };
    for (text, pence) in [("6000000.0", 600_000_000), ("700000.01", 70_000_001), ("1.5e3", 150_000)]
    {
        assert_eq!(valued(gbp(text)).0, Some(pence), "{text}");
    }
    for (value, code) in [
        (gbp("0"), Unclear::TokenValue),
        (gbp("0.01"), Unclear::TokenValue),
        (gbp("-5"), Unclear::NotMoney),
        (gbp("10.125"), Unclear::NotMoney),
        (gbp("1e30"), Unclear::NotMoney),
        (gbp("\"ten\""), Unclear::NotMoney),
        (gbp("[]"), Unclear::OtherType),
        (json!({"amount": 5, "currency": "EUR"}), Unclear::OtherCurrency),
        (json!({"amount": 5}), Unclear::OtherCurrency),
        (json!("free"), Unclear::OtherType),
        (json!(null), Unclear::NoValue),
    ] {
        let (amount, codes) = valued(value.clone());
        assert_eq!(amount, None, "{value}");
        assert!(codes.contains(&code) && codes.contains(&Unclear::NoValue), "{value}: {codes:?}");
    }
    assert_eq!(valued(gbp("\"£1,234.50\"")).0, Some(123_450));
    // A test's own reader would make another number of it.
    let whole = package(&[release(json!({"awards": [award(json!({"value": gbp("\"@@\"")}))]}))]);
    let noisy = String::from_utf8(whole).unwrap().replace("\"@@\"", "977.5999999999999");
    let notices = read(noisy.as_bytes()).unwrap();
    assert_eq!(only(&notices).value.map(|value| value.amount), Some(Pence(97_760)));
    assert_eq!(found(&notices, Unclear::Rounded), ["/releases/0/awards/0/value/amount"]);
}

#[test]
fn days_are_those_of_their_writers_and_impossible_ones_are_told() {
    let lasting = |period: Value| {
        let notices =
            taken(&[release(json!({"awards": [award(json!({"contractPeriod": period}))]}))]);
        let period = only(&notices).period.unwrap_or_default();
        let codes: Vec<_> = notices.findings.iter().map(|finding| finding.code).collect();
        ((period.starts_on, period.ends_on), codes)
    };
    let between = |start: &str, end: &str| json!({"startDate": start, "endDate": end});
    let (days, codes) = lasting(between("2025-06-30T23:00:00Z", "2026-03-31T23:59:59+01:00"));
    assert_eq!(days, (on(2025, 7, 1), on(2026, 3, 31)));
    assert!(codes.contains(&Unclear::SummerMidnight));
    let (days, codes) = lasting(between("2025-07-01T00:00:00Z", "2025-06-01T00:00:00Z"));
    assert_eq!(days, (on(2025, 7, 1), None));
    assert!(codes.contains(&Unclear::PeriodReversed) && codes.contains(&Unclear::PeriodOpen));
    let (days, codes) = lasting(between("01/07/2025", "soon"));
    assert_eq!(days, (on(2025, 7, 1), None));
    assert!(codes.contains(&Unclear::DayOfAnotherForm) && codes.contains(&Unclear::NotADay));
    let (days, codes) = lasting(between("0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"));
    assert_eq!(days, (None, None));
    assert!(codes.contains(&Unclear::PeriodUnlikely));
    let (days, _) = lasting(json!({"startDate": "2025-04-01T00:00:00Z", "durationInDays": 365}));
    assert_eq!(days, (on(2025, 4, 1), on(2026, 3, 31)));
    let (days, codes) = lasting(json!({"durationInDays": 29_970}));
    assert_eq!(days, (None, None));
    assert!(codes.contains(&Unclear::DurationAlone) && codes.contains(&Unclear::PeriodUnlikely));
    let (_, codes) = lasting(between("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"));
    assert!(codes.contains(&Unclear::AwardedAfterStart));
}

#[test]
fn white_space_in_names_of_members_and_in_codes_is_taken_out_and_told() {
    let text = r#"{"oc  id": "ocds-abc123-1", "id": " 1", "date": "2025-03-01T10:00:00Z",
        "tag": ["tender"], "buyer": {"name": "North   Board", "id": "b"},
        "parties": [{"id": "b", "name": "North Board", "   roles": ["buyer"]}],
        "tender": {"title": "One", "title": "Two", "status": 7, "value": []}}"#;
    let notices = read(text.as_bytes()).unwrap();
    assert_eq!(only(&notices).title, "Two");
    assert_eq!(only(&notices).commissioners.len(), 1);
    assert_eq!(found(&notices, Unclear::KeyWithWhiteSpace), ["/oc  id", "/parties/0/   roles"]);
    assert_eq!(found(&notices, Unclear::KeyTwice), ["/tender/title"]);
    assert_eq!(found(&notices, Unclear::OtherType), ["/tender/status", "/tender/value"]);
    let of_roles = notices.findings.iter().find(|finding| finding.pointer.contains("roles"));
    assert_eq!(of_roles.unwrap().line, 3);
}

#[test]
fn parties_that_are_not_listed_or_named_otherwise_are_told() {
    let suppliers = json!([{"id": "x", "name": "Stranger"}, {"id": "y"},
                           {"id": "GB-COH-1234567", "name": "Caring Ltd"}]);
    let notices = taken(&[release(json!({"awards": [award(json!({"suppliers": suppliers}))]}))]);
    let names: Vec<_> = only(&notices).providers.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(names, ["Stranger", "Care Ltd"]);
    assert_eq!(found(&notices, Unclear::PartyNotListed).len(), 2);
    assert_eq!(found(&notices, Unclear::NameDiffers).len(), 1);
    assert_eq!(found(&notices, Unclear::SeveralSuppliers).len(), 1);
    let nobody = taken(&[release(json!({"buyer": null, "parties": []}))]);
    assert_eq!(found(&nobody, Unclear::NoBuyer).len(), 1);
}

#[test]
fn a_file_that_is_no_notice_is_refused_with_the_place_where_it_stops_making_sense() {
    let whole = package(&[release(json!({}))]);
    for (bytes, sentence) in [
        (b"".as_slice(), "the file is empty"),
        (b"\xef\xbb\xbf  \n", "the file is empty"),
        (b"{\n  \"releases\": [,]\n}", "line 2, column 16: the file is no JSON"),
        (b"ocid,id\n1,2\n", "line 1, column 1: the file is no JSON"),
        (b"{\"releases\": []} {}", "line 1, column 18: the file is no JSON"),
        (b"{\"a\":\n\"\xe9\"}", "line 2, column 2: the byte 0xE9 is not UTF-8"),
        (b"\xff\xfe{\0", "line 1, column 1: the byte 0xFF is not UTF-8"),
        (b"\"\xe2\x82", "line 1, column 2: the file is cut off in the middle"),
        (b"[]", "no release, release package or record package"),
        (b"{\"type\": \"FeatureCollection\"}", "neither \"releases\" nor \"records\""),
        (b"{\"version\": \"2.0\", \"releases\": []}", "version \"2.0\""),
    ] {
        assert!(refused(bytes).contains(sentence), "{}", refused(bytes));
    }
    assert!(refused(&whole[..whole.len() - 9]).contains("the file is cut off here"));
}

#[test]
fn a_release_that_cannot_be_placed_is_rejected_and_the_others_are_taken() {
    let notices = taken(&[
        json!(7),
        release(json!({"ocid": null})),
        release(json!({"date": null})),
        release(json!({"date": "yesterday"})),
        release(json!({"id": null, "tag": ["party"]})),
    ]);
    assert_eq!((notices.rejected.len(), notices.notices.len(), notices.releases), (4, 1, 5));
    assert!(notices.rejected.iter().all(|line| line.number == 1 && !line.row.is_empty()));
    assert_eq!(found(&notices, Unclear::UnknownWord), ["/releases/4"]);
    assert_eq!(found(&notices, Unclear::NoIdentity), ["/releases/4"]);
}

#[test]
fn records_and_single_releases_are_read_and_addresses_are_not_followed() {
    let records = json!({"version": "1.1", "records": [
        {"ocid": "ocds-abc123-1", "compiledRelease": release(json!({"tag": ["compiled"]}))},
        {"ocid": "ocds-abc123-2", "releases": [release(json!({"ocid": "ocds-abc123-2"}))]},
        {"ocid": "ocds-abc123-3", "releases": [{"url": "https://example.org/#1", "tag": ["tender"]}]},
    ]});
    let notices = read(records.to_string().as_bytes()).unwrap();
    assert_eq!(notices.notices.len(), 2);
    assert_eq!(found(&notices, Unclear::LinkedRelease), ["/records/2/releases/0"]);
    let one = read(release(json!({})).to_string().as_bytes()).unwrap();
    assert_eq!(one.notices.len(), 1);
}

#[test]
fn nothing_panics_whatever_value_stands_anywhere() {
    let odd = [
        "null",
        "true",
        "-1",
        "1e999",
        "\"\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[[[]]]",
        "[{}]",
        "\"2025-02-30\"",
        "\"\\u0000 x\"",
        "{\"\":{}}",
        "\"🎈\"",
    ];
    let whole = release(json!({"awards": [award(json!({"relatedLots": ["1"]}))],
        "contracts": [{"id": "c", "awardID": "a-1", "status": "active", "period": {}}],
        "tender": {"title": "T", "status": "active", "lots": [{"id": "1", "contractPeriod":
            {"durationInDays": 3}, "value": {"amount": 2, "currency": "GBP"}}]}}));
    let mut pointers = Vec::new();
    collect(&whole, String::new(), &mut pointers);
    assert!(pointers.len() > 40);
    for pointer in pointers {
        for odd in odd {
            let mut changed = whole.clone();
            *changed.pointer_mut(&pointer).unwrap() = json!("@@");
            let text = changed.to_string().replacen("\"@@\"", odd, 1);
            if let Ok(notices) = read(text.as_bytes()) {
                assert!(notices.notices.len() + notices.rejected.len() == 1, "{pointer} {odd}");
            }
        }
    }
    let whole = package(&[whole]);
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut off at {end}");
    }
    let deep = format!(
        "{{\"releases\": [{{\"ocid\": {}1{}}}]}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(read(deep.as_bytes()).unwrap().rejected.len(), 1);
}

fn collect(value: &Value, pointer: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                collect(value, format!("{pointer}/{key}"), into);
            }
        }
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                collect(value, format!("{pointer}/{place}"), into);
            }
        }
        _ => {}
    }
    if !pointer.is_empty() {
        into.push(pointer);
    }
}
