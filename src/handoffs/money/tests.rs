//! Golden readings of amounts, and that nothing makes the parser panic.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// "min|max|currency", `-` for what is missing; the words themselves where unreadable.
fn shown(amount: Option<Amount>) -> String {
    match amount {
        None => "blank".into(),
        Some(Amount::Text(text)) => format!("text:{text}"),
        Some(Amount::Numeric(m)) => {
            let end = |d: Option<Decimal>| d.map_or("-".into(), |d| d.to_string());
            format!(
                "{}|{}|{}",
                end(m.min),
                end(m.max),
                m.currency.as_deref().unwrap_or("-")
            )
        }
    }
}

#[test]
fn forms_of_the_scoring_model() {
    for (text, expected) in [
        ("AED 1.5-2M", "1500000|2000000|AED"),
        ("AED 1.5M - 2M", "1500000|2000000|AED"),
        ("900,000-1.2M", "900000|1200000|-"),
        ("$1.2M – $1.5M", "1200000|1500000|USD"),
        ("1.5 to 2 million dhs", "1500000|2000000|AED"),
        ("between 1.5 and 2M AED", "1500000|2000000|AED"),
        ("from 1M to 2M", "1000000|2000000|-"),
        ("under 2M", "-|2000000|-"),
        ("up to €750k", "-|750000|EUR"),
        ("max 1,500,000 SAR", "-|1500000|SAR"),
        ("< 900k", "-|900000|-"),
        ("2M max", "-|2000000|-"),
        ("over £2m", "2000000|-|GBP"),
        ("min EGP 5,000,000", "5000000|-|EGP"),
        ("2M+", "2000000|-|-"),
        ("> 3 bn", "3000000000|-|-"),
        ("no more than 2M", "-|2000000|-"),
        ("1500000", "1500000|1500000|-"),
        ("1 500 000 EUR", "1500000|1500000|EUR"),
        ("1.500.000 €", "1500000|1500000|EUR"),
        ("1.500,50", "1500.5|1500.5|-"),
        ("1,500.50", "1500.5|1500.5|-"),
        ("1,500", "1500|1500|-"),
        ("1,500M", "1500000|1500000|-"),
        ("1,5M", "1500000|1500000|-"),
        ("1'250'000 CHF", "1250000|1250000|CHF"),
        ("٢٫٥ مليون درهم", "2500000|2500000|AED"),
        ("۱۵۰۰۰۰۰", "1500000|1500000|-"),
        ("2maed", "2000000|2000000|AED"),
        ("500K derham", "500000|500000|AED"),
        (".5M", "500000|500000|-"),
    ] {
        assert_eq!(shown(parse(text)), expected, "{text}");
    }
}

#[test]
fn edges_where_the_model_is_silent() {
    for (text, expected) in [
        ("2M-1M", "1000000|2000000|-"),
        ("1.5M-2", "1500000|2000000|-"),
        ("AED 2M for a villa", "2000000|2000000|AED"),
        ("CAD $500k", "500000|500000|CAD"),
        ("about 2M cash", "2000000|2000000|-"),
        ("1.500-2M", "1500|2000000|-"),
        ("", "blank"),
        ("   ", "blank"),
        ("2 bedrooms", "text:2 bedrooms"),
        ("3br", "text:3br"),
        ("flexible", "text:flexible"),
        ("-500", "text:-500"),
        ("0", "text:0"),
        ("AED 2M / $500k", "text:AED 2M / $500k"),
        ("€2M USD", "text:€2M USD"),
        ("1.2.3,4,5", "text:1.2.3,4,5"),
        ("1M 2M", "text:1M 2M"),
        (
            "99999999999999999999999999999999",
            "text:99999999999999999999999999999999",
        ),
        ("1000 bn", "text:1000 bn"),
    ] {
        assert_eq!(shown(parse(text)), expected, "{text}");
    }
}

#[test]
fn json_values() {
    assert_eq!(shown(parse_json(&json!(1_500_000))), "1500000|1500000|-");
    assert_eq!(shown(parse_json(&json!(1.5e6))), "1500000|1500000|-");
    assert_eq!(shown(parse_json(&json!(-1))), "text:-1");
    assert_eq!(shown(parse_json(&json!("AED 2M"))), "2000000|2000000|AED");
    assert_eq!(
        shown(parse_json(
            &json!({"min": 1_000_000, "max": "2M", "currency": "aed"})
        )),
        "1000000|2000000|AED"
    );
    assert_eq!(shown(parse_json(&json!({"max": 5}))), "-|5|-");
    assert_eq!(shown(parse_json(&json!({}))), "blank");
    assert_eq!(shown(parse_json(&json!(null))), "blank");
    assert_eq!(shown(parse_json(&json!([1]))), "blank");
}

#[test]
fn the_limit_is_that_of_the_columns() {
    assert_eq!(LIMIT, Decimal::from(1_000_000_000_000_i64));
}

#[test]
fn currencies_are_compared_only_through_fresh_rates() {
    let day = jiff::civil::date(2026, 8, 1);
    let rates = Rates {
        as_of: day,
        values: vec![
            ("USD".into(), Decimal::new(367, 2)),
            ("AED".into(), Decimal::ONE),
        ],
    };
    assert!(rates.usable_on(jiff::civil::date(2026, 8, 8)));
    assert!(!rates.usable_on(jiff::civil::date(2026, 8, 9)));
    assert!(!rates.usable_on(jiff::civil::date(2026, 7, 31)));
    let usd = Money::from_columns(None, Some(Decimal::from(100)), Some("USD")).unwrap();
    assert_eq!(usd.in_currency(Some("AED"), None), None);
    let aed = usd.in_currency(Some("AED"), Some(&rates)).unwrap();
    assert_eq!((aed.min, aed.max), (None, Some(Decimal::from(367))));
    assert_eq!(usd.in_currency(Some("EUR"), Some(&rates)), None);
    assert_eq!(usd.in_currency(None, None), Some(usd.clone()));
}

proptest! {
    #[test]
    fn never_panics_and_keeps_its_promises(text in "\\PC{0,60}") {
        if let Some(Amount::Numeric(m)) = parse(&text) {
            prop_assert!(m.min.is_some() || m.max.is_some());
            if let (Some(a), Some(b)) = (m.min, m.max) { prop_assert!(a <= b); }
            for end in [m.min, m.max].into_iter().flatten() {
                prop_assert!(end > Decimal::ZERO && end < LIMIT);
            }
        }
    }

    #[test]
    fn never_panics_on_what_looks_like_money(
        text in "[0-9٠-٩.,' +<>$€£-]{0,30}(k|m|bn|AED| to |from |max )?[0-9.,]{0,30}"
    ) {
        let _ = parse(&text);
    }

    #[test]
    fn a_plain_number_is_itself(n in 1_u64..1_000_000_000_000) {
        let expected = format!("{n}|{n}|AED");
        prop_assert_eq!(shown(parse(&format!("AED {n}"))), expected.clone());
        let mut grouped = String::new();
        for (i, c) in n.to_string().chars().rev().enumerate() {
            if i > 0 && i % 3 == 0 { grouped.insert(0, ','); }
            grouped.insert(0, c);
        }
        prop_assert_eq!(shown(parse(&format!("{grouped} dhs"))), expected);
    }
}
