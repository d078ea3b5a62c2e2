//! A state as glyph, word and tone: the shape alone tells states apart.

use askama::{Template, filters::HtmlSafe};

/// A small label.
#[derive(Clone, Debug, Template)]
#[template(path = "console/badge.html")]
pub struct Badge {
    tone: Tone,
    glyph: Option<Glyph>,
    text: String,
}

impl HtmlSafe for Badge {}

impl Badge {
    /// A label with its shape.
    pub fn new(tone: Tone, glyph: Glyph, text: impl Into<String>) -> Self {
        Self {
            tone,
            glyph: Some(glyph),
            text: text.into(),
        }
    }

    /// A label that needs no shape, since its words are all there is.
    pub fn plain(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            tone,
            glyph: None,
            text: text.into(),
        }
    }
}

/// The ground and ink of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Paper.
    Neutral,
    /// New or going on.
    Blue,
    /// Somebody's.
    Teal,
    /// Good.
    Green,
    /// Look here.
    Amber,
    /// Late or stopped.
    Red,
    /// Waits for a person.
    Violet,
    /// Filled red: high priority alone.
    Danger,
}

impl Tone {
    /// The class of the style sheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Blue => "blue",
            Self::Teal => "teal",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Violet => "violet",
            Self::Danger => "danger",
        }
    }
}

macro_rules! glyphs {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// A shape of 16 px in the icon file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "a shape is what its name says")]
        pub enum Glyph { $($name),* }

        impl Glyph {
            /// Every shape.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its fragment in the icon file.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

glyphs! {
    Ring = "ring",
    RingQuarter = "ring-quarter",
    RingHalf = "ring-half",
    RingMost = "ring-most",
    RingFull = "ring-full",
    RingStroke = "ring-stroke",
    RingDashed = "ring-dashed",
    RingTick = "ring-tick",
    RingBarred = "ring-barred",
    House = "house",
    HouseHalf = "house-half",
    HouseFull = "house-full",
    Play = "play",
    Pause = "pause",
    Tick = "tick",
    Bubble = "bubble",
    Hand = "hand",
    LineBroken = "line-broken",
    Dot = "dot",
    Calendar = "calendar",
    CalendarStruck = "calendar-struck",
    Chair = "chair",
    ArrowBent = "arrow-bent",
    Triangle = "triangle",
    Diamond = "diamond",
    TriangleDown = "triangle-down",
    Hourglass = "hourglass",
    ClockStruck = "clock-struck",
}

#[cfg(test)]
mod tests {
    use super::Glyph;
    use crate::console::Section;

    #[test]
    fn every_shape_is_in_the_icon_file() {
        let icons = include_str!("../../assets/icons.svg");
        let sections = Section::ALL.iter().map(|section| section.icon());
        for id in Glyph::ALL.iter().map(|glyph| glyph.word()).chain(sections) {
            let symbol = format!("<symbol id=\"{id}\"");
            assert!(icons.contains(&symbol), "{id}");
        }
    }
}
