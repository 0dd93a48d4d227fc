//! What an answer came to: the weights of the fields that were answered.

use async_graphql::Value;
use gate::Weighed;

/// Adds up the weights of every key of every object in the data.
pub(super) fn actual(weights: &[Weighed], data: &Value) -> u64 {
    match data {
        Value::List(items) => items.iter().map(|item| actual(weights, item)).sum(),
        // What a scalar holds was not selected.
        Value::Object(answered) if !weights.is_empty() => {
            let mut next = 0;
            let mut sum = 0;
            for (key, value) in answered {
                // The engine answers in the order of the document, so that the next is mostly it.
                let mut places = (next..weights.len()).chain(0..next);
                let Some(place) = places.find(|place| weights[*place].key == key.as_str()) else {
                    continue;
                };
                next = place + 1;
                sum += weights[place].weight + actual(&weights[place].within, value);
            }
            sum
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    fn weighed(key: &str, weight: u64, within: Vec<Weighed>) -> Weighed {
        Weighed { key: key.to_owned(), weight, within }
    }

    #[test]
    fn each_field_counts_as_often_as_it_is_answered() {
        let pet = vec![weighed("name", 1, Vec::new()), weighed("position", 20, Vec::new())];
        let weights = [weighed("pets", 1, pet), weighed("told", 5, Vec::new())];
        assert_eq!(actual(&weights, &value!({ "pets": [], "told": null })), 6);
        let two = value!({ "pets": [{ "name": "A", "position": 1 }, { "name": "B" }, null] });
        assert_eq!(actual(&weights, &two), 1 + 21 + 1);
        let lists = value!({ "told": "B", "pets": [[{ "position": 2, "name": "A" }], []] });
        assert_eq!(actual(&weights, &lists), 5 + 1 + 21);
    }

    #[test]
    fn what_a_scalar_holds_and_what_is_nothing_costs_nothing() {
        let weights = [weighed("json", 3, Vec::new())];
        assert_eq!(actual(&weights, &value!({ "json": { "json": { "json": 1 } } })), 3);
        assert_eq!(actual(&weights, &Value::Null), 0);
    }
}
