use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was unclear in a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unclear {
    /// A name of a member with white space in it; read without.
    KeyWithWhiteSpace,
    /// A member that stands twice in one object; the last counts.
    KeyTwice,
    /// A value of another type than the standard's.
    OtherType,
    /// White space where none belongs.
    WhiteSpace,
    /// A text without words.
    Blank,
    /// A text or a list that is longer than what is kept.
    TooLong,
    /// A tag, a status or another word that the standard's list does not have.
    UnknownWord,
    /// A release that stands twice in the file.
    ReleaseTwice,
    /// A release that a later one of the same process replaced.
    EarlierRelease,
    /// Two releases of one process with the same date.
    SameDate,
    /// A part that the latest release does not state, taken from an earlier one.
    TakenFromEarlier,
    /// A release that is only named by its address.
    LinkedRelease,
    /// The tags say one thing and the status another.
    TagsAndStatusDisagree,
    /// A process that is complete, without an award.
    CompleteWithoutAward,
    /// A party without a code of a public register.
    NoRegisteredCode,
    /// A code of a scheme that is not known here.
    UnknownScheme,
    /// A code that was brought to its register's form.
    CodeBroughtToForm,
    /// A code that does not have its register's form.
    CodeOfAnotherForm,
    /// A name and a legal name that differ.
    LegalNameDiffers,
    /// A party that is named differently in two places.
    NameDiffers,
    /// An organisation that is named and not listed among the parties.
    PartyNotListed,
    /// Nobody buys.
    NoBuyer,
    /// An award or a contract without a supplier.
    NoSupplier,
    /// Several suppliers of one award; whether jointly or each apart is not stated.
    SeveralSuppliers,
    /// Two things of one kind with the same identity.
    IdentityTwice,
    /// A thing without an identity.
    NoIdentity,
    /// An award or a contract without a value.
    NoValue,
    /// A value below one pound: a place-holder rather than a price.
    TokenValue,
    /// A value that is no amount of pounds.
    NotMoney,
    /// A value with decimals beyond the penny.
    Rounded,
    /// A value in another currency than sterling, or in none that is stated.
    OtherCurrency,
    /// Whether a value is with or without VAT is not stated.
    VatNotStated,
    /// The least value is more than the most.
    RangeReversed,
    /// A budget was taken, because no value is stated.
    BudgetForValue,
    /// A day that the calendar does not have.
    NotADay,
    /// A day written in another form than the standard's.
    DayOfAnotherForm,
    /// A start at 23:00 UTC, which is midnight of the next day in summer.
    SummerMidnight,
    /// A period without its first or its last day.
    PeriodOpen,
    /// A duration without a first day.
    DurationAlone,
    /// A period that ends before it begins.
    PeriodReversed,
    /// A period of more than thirty years, or outside 1990 to 2100.
    PeriodUnlikely,
    /// A period of the award that is not that of the tender.
    PeriodDiffers,
    /// An award that was decided after the contract had begun.
    AwardedAfterStart,
    /// A number that only means that there is no limit.
    NumberWithoutMeaning,
    /// An item of a lot that does not exist.
    ItemOfNoLot,
    /// A lot that nobody was awarded.
    LotNotAwarded,
    /// A contract of an award that does not exist.
    ContractOfNoAward,
    /// Payments under the contract, which are not imported.
    PaymentsNotTaken,
    /// No title.
    NoTitle,
    /// An award that goes by another identity than it was imported with.
    Renumbered,
    /// Something that was imported before and is no longer stated.
    NoLongerStated,
    /// Codes of one party that are of two organisations here.
    CodesDisagree,
    /// A status that does not follow from where the contract stands here.
    StatusNotTaken,
}

/// As it is written in reports: `NO_VALUE`.
impl std::fmt::Display for Unclear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// What was unclear, where, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The line of the file, the first being 1.
    pub line: u64,
    /// What sort.
    pub code: Unclear,
    /// The place in the file, as a JSON pointer.
    pub pointer: String,
    /// What it is, and what was done about it.
    pub sentence: String,
}

/// How often each was found.
#[must_use]
pub fn counted(findings: &[Finding]) -> BTreeMap<Unclear, u64> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.code).or_default() += 1;
    }
    counts
}
