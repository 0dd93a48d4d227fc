//! The notices that real bodies published are all read, and what is unclear in them is told. The
//! counts were taken from the files by other means.

use std::collections::BTreeMap;

use entities::value::Pence;
use tests::shared;
use tributary::import::ocds::{self, Notices, ReadContract, ReadStatus, StatedModel, Unclear};

/// The file of Contracts Finder: 76 releases of 70 processes.
const CONTRACTS_FINDER: &str = "contracts_finder_health_social.json";
/// The file of Sell2Wales: 40 releases, with lots.
const SELL2WALES: &str = "sell2wales_with_lots.json";

fn real(file: &str) -> Option<Notices> {
    let bytes = std::fs::read(shared::folder("ocds")?.join("releases").join(file)).expect("a file");
    Some(ocds::read(&bytes).expect("notices"))
}

fn contracts(notices: &Notices, status: ReadStatus) -> Vec<&ReadContract> {
    let all = notices.notices.iter().flat_map(|notice| &notice.contracts);
    all.filter(|contract| contract.status == status).collect()
}

fn total(contracts: &[&ReadContract]) -> (usize, Pence) {
    let values: Vec<_> = contracts.iter().filter_map(|contract| contract.value).collect();
    (values.len(), values.iter().map(|value| value.amount).sum())
}

fn codes(notices: &Notices) -> BTreeMap<String, usize> {
    let parties = notices.notices.iter().flat_map(|notice| &notice.parties);
    let mut counts = BTreeMap::new();
    for code in parties.flat_map(|party| &party.codes) {
        *counts.entry(code.to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn every_notice_of_contracts_finder_is_read_and_its_dirt_is_told() {
    let Some(notices) = real(CONTRACTS_FINDER) else { return };
    assert_eq!((notices.releases, notices.notices.len(), notices.rejected.len()), (76, 70, 0));
    let awarded = contracts(&notices, ReadStatus::Awarded);
    let drafts = contracts(&notices, ReadStatus::Draft);
    assert_eq!((awarded.len(), drafts.len()), (32, 38));
    assert_eq!(total(&awarded), (30, Pence(1_718_018_363)));
    assert_eq!(total(&drafts), (26, Pence(97_539_833_000)));
    assert_eq!(awarded.iter().map(|contract| contract.providers.len()).sum::<usize>(), 62);
    let call_offs = awarded.iter().chain(&drafts);
    let is_call_off =
        |contract: &&&ReadContract| contract.model == Some(StatedModel::FrameworkCallOff);
    assert_eq!(call_offs.filter(is_call_off).count(), 5);
    assert_eq!(notices.notices.iter().map(|notice| notice.parties.len()).sum::<usize>(), 132);
    let known: Vec<_> = codes(&notices).into_iter().collect();
    assert_eq!(known, [("GB-COH 02577303".to_owned(), 1), ("GB-COH OC300001".to_owned(), 1)]);
    let counts = ocds::counted(&notices.findings);
    for (what, count) in [
        (Unclear::EarlierRelease, 6),
        (Unclear::NoRegisteredCode, 130),
        (Unclear::SeveralSuppliers, 3),
        (Unclear::TokenValue, 2),
        (Unclear::NoValue, 2),
        (Unclear::VatNotStated, 30),
        (Unclear::RangeReversed, 1),
        (Unclear::AwardedAfterStart, 3),
        (Unclear::PeriodDiffers, 2),
    ] {
        assert_eq!(counts.get(&what), Some(&count), "{what:?}");
    }
    let finding = notices.findings.iter().find(|finding| finding.code == Unclear::RangeReversed);
    assert!(finding.expect("told").sentence.contains("600000.00"));
}

#[test]
fn every_notice_of_sell2wales_is_read_and_its_dirt_is_told() {
    let Some(notices) = real(SELL2WALES) else { return };
    assert_eq!((notices.releases, notices.notices.len(), notices.rejected.len()), (40, 40, 0));
    let drafts = contracts(&notices, ReadStatus::Draft);
    assert_eq!((drafts.len(), total(&drafts)), (40, (22, Pence(85_434_637_400))));
    assert_eq!(drafts.iter().map(|contract| contract.lots.len()).sum::<usize>(), 101);
    let is_framework =
        |contract: &&&ReadContract| contract.model == Some(StatedModel::FrameworkAgreement);
    assert_eq!(drafts.iter().filter(is_framework).count(), 17);
    assert_eq!(notices.notices.iter().map(|notice| notice.related.len()).sum::<usize>(), 10);
    assert!(codes(&notices).is_empty(), "the notices number their parties, and nothing else");
    let counts = ocds::counted(&notices.findings);
    for (what, count) in [
        (Unclear::NoRegisteredCode, 86),
        (Unclear::TokenValue, 2),
        (Unclear::KeyWithWhiteSpace, 3),
        (Unclear::NumberWithoutMeaning, 18),
        (Unclear::DurationAlone, 73),
        (Unclear::PeriodUnlikely, 1),
    ] {
        assert_eq!(counts.get(&what), Some(&count), "{what:?}");
    }
    // The line breaks of another program went into names and codes.
    let broken = notices.findings.iter().find(|it| it.pointer.ends_with("/    roles"));
    assert!(broken.expect("told").sentence.contains("read as roles"));
}

#[test]
fn the_standards_own_example_is_read_in_all_its_forms() {
    let Some(folder) = shared::folder("ocds") else { return };
    let folder = folder.join("fictional");
    for (file, releases) in [
        ("ocds-213czf-000-00001-06-implementation.json", 1),
        ("ocds-213czf-000-00001.json", 6),
        ("ocds-213czf-000-00001-withversions.json", 1),
    ] {
        let notices = ocds::read(&std::fs::read(folder.join(file)).expect("a file")).expect("read");
        assert_eq!((notices.releases, notices.notices.len()), (releases, 1), "{file}");
        let contracts = &notices.notices[0].contracts;
        assert_eq!((contracts.len(), contracts[0].status), (1, ReadStatus::Signed), "{file}");
        assert_eq!(contracts[0].value.map(|value| value.amount), Some(Pence(1_100_000_000)));
        assert_eq!(contracts[0].commissioners[0].codes[0].to_string(), "GSS E09000003");
        assert_eq!(contracts[0].providers[0].codes[0].to_string(), "GB-COH 11111111");
        let signed = contracts[0].signed_on.expect("signed").to_string();
        assert_eq!(signed, "2010-06-10", "{file}");
    }
}
