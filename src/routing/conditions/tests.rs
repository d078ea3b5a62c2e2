//! Tests of what conditions may be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DEEPEST, MOST_NODES, problems};

fn places(conditions: &Value) -> Vec<String> {
    problems(conditions)
        .into_iter()
        .map(|problem| problem.field)
        .collect()
}

fn leaf() -> Value {
    json!({ "field": "city", "op": "eq", "value": "Dubai" })
}

#[test]
fn both_forms_are_understood() {
    for good in [
        json!([]),
        json!([{ "field": "city", "operator": "equals", "value": "Dubai" }]),
        json!([
            { "field": "budget", "operator": "greaterThan", "value": 1_000_000 },
            { "field": "budget", "operator": "lessThan", "value": "2000000" },
            { "field": "language", "operator": "contains", "value": "ar" },
        ]),
        leaf(),
        json!({ "all": [
            { "field": "prospect.city", "op": "in", "value": ["Dubai", "Sharjah"] },
            { "not": { "field": "score.total", "op": "lt", "value": 50 } },
            { "any": [
                { "field": "budget_max", "op": "between", "value": [1, 2] },
                { "field": "campaign_id", "op": "exists" },
                { "field": "local_hour", "op": "within_hours", "value": [22, 6] },
            ] },
        ] }),
    ] {
        assert_eq!(places(&good), Vec::<String>::new(), "{good}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (bad, place) in [
        (json!("city = Dubai"), "conditions"),
        (json!([1]), "conditions[0]"),
        (
            json!([{ "field": "shoe", "operator": "equals", "value": "x" }]),
            "conditions[0].field",
        ),
        (
            json!([{ "field": "city", "operator": "like", "value": "x" }]),
            "conditions[0].operator",
        ),
        (
            json!([{ "field": "city", "operator": "equals" }]),
            "conditions[0].value",
        ),
        (
            json!([{ "field": "city", "operator": "greaterThan", "value": 3 }]),
            "conditions[0].operator",
        ),
        (
            json!([{ "field": "city", "op": "eq", "value": "x" }]),
            "conditions[0].op",
        ),
        (
            json!({ "all": [leaf(), { "field": "city", "op": "≈", "value": "x" }] }),
            "conditions.all[1].op",
        ),
        (
            json!({ "not": { "field": "age", "op": "eq", "value": 1 } }),
            "conditions.not.field",
        ),
        (json!({ "any": [] }), "conditions.any"),
        (
            json!({ "all": [leaf()], "any": [leaf()] }),
            "conditions.any",
        ),
        (
            json!({ "field": "weekday", "op": "contains", "value": "x" }),
            "conditions.op",
        ),
        (
            json!({ "field": "score.total", "op": "between", "value": [9, 1] }),
            "conditions.value",
        ),
        (
            json!({ "field": "city", "op": "in", "value": [] }),
            "conditions.value",
        ),
        (
            json!({ "field": "city", "op": "eq", "value": 3 }),
            "conditions.value",
        ),
        (json!({}), "conditions.field"),
    ] {
        assert!(
            places(&bad).contains(&place.to_owned()),
            "{bad}: {:?}",
            problems(&bad)
        );
    }
}

#[test]
fn a_tree_has_limits() {
    let nested = |depth: usize| (1..depth).fold(leaf(), |node, _| json!({ "not": node }));
    assert!(problems(&nested(DEEPEST)).is_empty());
    assert_eq!(problems(&nested(DEEPEST + 1)).len(), 1);
    let wide = |leaves: usize| json!({ "all": vec![leaf(); leaves] });
    assert!(problems(&wide(MOST_NODES - 1)).is_empty());
    assert_eq!(problems(&wide(MOST_NODES + 50)).len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("field"),
        Just("op"),
        Just("operator"),
        Just("value"),
        Just("all"),
        Just("any"),
        Just("not"),
        Just("city"),
        Just("eq"),
        Just("in"),
        Just("x"),
    ];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    scalar.prop_recursive(6, 60, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..4).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_judged_and_each_place_starts_at_the_top(conditions in any_json()) {
        for problem in problems(&conditions) {
            prop_assert!(problem.field.starts_with("conditions"));
            prop_assert!(!problem.reason.is_empty());
        }
    }

    #[test]
    fn what_is_understood_stays_so_under_any_and_all(count in 1_usize..20) {
        let tree = json!({ "any": [{ "all": vec![leaf(); count] }, leaf()] });
        prop_assert!(problems(&tree).is_empty());
    }
}
