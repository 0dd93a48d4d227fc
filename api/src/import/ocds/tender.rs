use entities::value::Pence;

use super::{
    contract::StatedModel,
    finding::Unclear,
    money::{Value, pounds, value},
    package::Release,
    period::{Period, period},
    source::Object,
};

/// A number beyond this only means that there is no limit: portals write the largest that they can.
const LARGEST_COUNT: u32 = 1_000_000;
/// The most lots that are read of one tender.
const MOST_LOTS: usize = 1_000;

/// What is offered, before anything is awarded.
#[derive(Default)]
pub(super) struct Tender<'s, 'a> {
    pub(super) title: Option<String>,
    pub(super) state: State,
    pub(super) value: Option<Value>,
    pub(super) period: Option<Period>,
    pub(super) model: Option<StatedModel>,
    pub(super) lots: Vec<Lot<'s, 'a>>,
    pub(super) place: Option<Object<'s, 'a>>,
}

/// How far a tender is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Planned, or open.
    #[default]
    Open,
    /// Over, with awards or without.
    Complete,
    /// Given up.
    GivenUp,
}

/// A part of a tender that is awarded by itself.
pub(super) struct Lot<'s, 'a> {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) state: State,
    pub(super) value: Option<Value>,
    pub(super) period: Option<Period>,
    pub(super) place: Object<'s, 'a>,
}

impl<'s, 'a> Tender<'s, 'a> {
    /// Reads the tender of a release.
    pub(super) fn read(stated: Object<'s, 'a>, release: &Release<'s, 'a>) -> Self {
        let lots = lots(&stated);
        check_items(&stated, &lots);
        check_counts(&stated);
        let mut tender = Self {
            title: stated.text("title"),
            state: state(&stated),
            value: value(&stated, "value"),
            period: period(&stated, "contractPeriod"),
            model: model(&stated),
            lots,
            place: None,
        };
        let is_cancelled = release.tags.iter().any(|tag| tag == "tenderCancellation");
        if is_cancelled && tender.state != State::GivenUp {
            let sentence = "the release cancels the tender, whatever its status: abandoned";
            stated.unclear(Unclear::TagsAndStatusDisagree, sentence);
            tender.state = State::GivenUp;
        }
        if let (Some(most), Some(least)) = (tender.value, least(&stated))
            && least > most.amount
        {
            let sentence =
                format!("at least {least} and at most {}: the most is taken", most.amount);
            stated.unclear(Unclear::RangeReversed, sentence);
        }
        tender.place = Some(stated);
        tender
    }

    /// What is expected of it as a whole: its own value, or else that of its lots together.
    pub(super) fn expected(&self) -> Option<Value> {
        self.value.or_else(|| {
            let values: Option<Vec<Value>> = self.lots.iter().map(|lot| lot.value).collect();
            let values = values.filter(|values| !values.is_empty())?;
            let amounts = values.iter().map(|value| value.amount);
            let amount = amounts.clone().try_fold(Pence::ZERO, Pence::plus)?;
            Some(Value {
                amount,
                includes_vat: values.first().and_then(|value| value.includes_vat),
            })
        })
    }

    /// Its days: its own, or else those from the first of its lots to the last.
    pub(super) fn days(&self) -> Option<Period> {
        self.period.or_else(|| together(self.lots.iter().filter_map(|lot| lot.period)))
    }
}

/// From the first day of several periods to the last.
pub(super) fn together(periods: impl Iterator<Item = Period>) -> Option<Period> {
    periods.reduce(|one, other| Period {
        starts_on: one.starts_on.into_iter().chain(other.starts_on).min(),
        ends_on: one.ends_on.into_iter().chain(other.ends_on).max(),
        extends_to: one.extends_to.into_iter().chain(other.extends_to).max(),
        days: one.days.into_iter().chain(other.days).max(),
    })
}

/// The least that is expected, where a range is stated.
fn least(stated: &Object<'_, '_>) -> Option<Pence> {
    pounds(&stated.object("minValue")?.get("amount")?)
}

/// How far a tender or a lot is.
fn state(stated: &Object<'_, '_>) -> State {
    match stated.code("status").as_deref() {
        None | Some("planning" | "planned" | "active" | "pending") => State::Open,
        Some("complete") => State::Complete,
        Some("cancelled" | "unsuccessful" | "withdrawn") => State::GivenUp,
        Some(other) => {
            let sentence = format!("{other:?} is no status of the standard: read as open");
            stated.unclear(Unclear::UnknownWord, sentence);
            State::Open
        }
    }
}

fn lots<'s, 'a>(stated: &Object<'s, 'a>) -> Vec<Lot<'s, 'a>> {
    let mut lots: Vec<Lot<'s, 'a>> = Vec::new();
    for place in stated.objects("lots") {
        if lots.len() == MOST_LOTS {
            let sentence = format!("there are more than {MOST_LOTS} lots: the rest is not read");
            stated.unclear(Unclear::TooLong, sentence);
            break;
        }
        let Some(id) = place.code("id") else {
            place.unclear(Unclear::NoIdentity, "the lot has no id: not taken");
            continue;
        };
        if lots.iter().any(|lot| lot.id == id) {
            place.unclear(
                Unclear::IdentityTwice,
                format!("lot {id} stands here twice: the first is taken"),
            );
            continue;
        }
        lots.push(Lot {
            id,
            title: place.text("title"),
            state: state(&place),
            value: value(&place, "value"),
            period: period(&place, "contractPeriod"),
            place,
        });
    }
    lots
}

fn check_items(stated: &Object<'_, '_>, lots: &[Lot<'_, '_>]) {
    for item in stated.objects("items") {
        let lot = item.code("relatedLot");
        if let Some(lot) = lot.filter(|lot| lots.iter().all(|known| known.id != *lot)) {
            let sentence = format!("the item is of lot {lot}, which does not exist: passed over");
            item.unclear(Unclear::ItemOfNoLot, sentence);
        }
    }
}

/// Numbers that portals write where there is no limit.
fn check_counts(stated: &Object<'_, '_>) {
    let framework =
        stated.object("techniques").and_then(|techniques| techniques.object("frameworkAgreement"));
    let details = stated.object("lotDetails");
    let counts = [
        framework.as_ref().and_then(|framework| framework.get("maximumParticipants")),
        details.as_ref().and_then(|details| details.get("maximumLotsBidPerSupplier")),
        details.as_ref().and_then(|details| details.get("maximumLotsAwardedPerSupplier")),
    ];
    for place in counts.into_iter().flatten() {
        let Some(digits) = place.digits() else { continue };
        let whole = digits.strip_suffix(".0").unwrap_or(&digits);
        if whole.parse::<u32>().ok().filter(|count| *count <= LARGEST_COUNT).is_none() {
            let sentence = format!("{digits} only means that there is no limit: passed over");
            place.unclear(Unclear::NumberWithoutMeaning, sentence);
        }
    }
}

/// What sort of contract comes of it, where the notice says so.
fn model(stated: &Object<'_, '_>) -> Option<StatedModel> {
    let details = stated.text("procurementMethodDetails").unwrap_or_default().to_lowercase();
    if details.starts_with("call-off from a ") {
        return Some(StatedModel::FrameworkCallOff);
    }
    let techniques = stated.object("techniques")?;
    let is_framework = techniques.get("hasFrameworkAgreement")?.is_true();
    is_framework.then_some(StatedModel::FrameworkAgreement)
}
