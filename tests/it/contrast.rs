//! Every pair of ink and ground in the style sheet can be read: WCAG's relative
//! luminance, 4.5 for text and 3 for edges, in both themes.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../assets/doorstep.css");

const GROUNDS: [&str; 4] = ["bg", "surface", "raised", "sunken"];
const TONES: [&str; 7] = ["neutral", "blue", "teal", "green", "amber", "red", "violet"];

/// Token → its colour in the light and in the dark.
fn tokens() -> HashMap<&'static str, [&'static str; 2]> {
    let lines = STYLE.lines();
    let pair = |line: &'static str| {
        let (name, value) = line
            .trim()
            .strip_prefix("--")?
            .split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((name, [light, dark]))
    };
    lines
        .filter_map(pair)
        .filter(|(_, both)| both.iter().all(|colour| colour.len() == 7))
        .collect()
}

fn luminance(colour: &str) -> f64 {
    let linear = |at: usize| {
        let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Ink, ground and the least contrast.
fn pairs() -> Vec<(String, String, f64)> {
    let mut pairs = Vec::new();
    let mut pair = |ink: &str, ground: &str, least| {
        pairs.push((ink.to_owned(), ground.to_owned(), least));
    };
    for ground in GROUNDS {
        for ink in ["text", "text2", "accent", "danger"] {
            pair(ink, ground, 4.5);
        }
        pair("edge", ground, 3.0);
        pair("focus", ground, 3.0);
    }
    for (ink, ground) in [
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("on-accent-soft", "accent-soft"),
        ("text", "accent-soft"),
        ("on-danger", "danger"),
        ("on-mark", "mark"),
    ] {
        pair(ink, ground, 4.5);
    }
    for tone in TONES {
        let ink = format!("{tone}-text");
        pair(&ink, &format!("{tone}-soft"), 4.5);
        for ground in GROUNDS {
            pair(&ink, ground, 4.5);
        }
    }
    pairs
}

#[test]
fn every_pair_of_ink_and_ground_can_be_read() {
    let tokens = tokens();
    let mut faint = Vec::new();
    for (ink, ground, least) in pairs() {
        let (inks, grounds) = (tokens[ink.as_str()], tokens[ground.as_str()]);
        for (theme, (ink_colour, ground_colour)) in inks.iter().zip(grounds).enumerate() {
            let found = contrast(ink_colour, ground_colour);
            if found < least {
                faint.push(format!("{ink} on {ground}, theme {theme}: {found:.2}"));
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}
