//! What stands around every page of somebody signed in.

use super::{Section, Tone};
use crate::{catalogue::pages::Words, users::Role};

/// The frame: who is signed in, and where he can go.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What the page says.
    pub words: &'static Words,
    /// The section that the page belongs to.
    pub current: Section,
    /// What people call him.
    pub name: String,
    /// One or two letters for his face.
    pub initials: String,
    /// The ground of his face, the same every time.
    pub tone: &'static str,
    /// What he does here, in words.
    pub role: &'static str,
    /// The zone that times are told in.
    pub zone: String,
    /// What proves that a form is ours.
    pub form_token: String,
    shown: Vec<Section>,
    tabs: &'static [Section],
}

impl Frame {
    /// The frame of a person's page.
    pub fn new(
        words: &'static Words,
        current: Section,
        name: &str,
        role: Option<Role>,
        zone: String,
        form_token: String,
    ) -> Self {
        Self {
            words,
            current,
            name: name.to_owned(),
            initials: initials(name),
            tone: tone(name).word(),
            role: words.role(role),
            zone,
            form_token,
            shown: Section::of(role),
            tabs: Section::tabs(role),
        }
    }

    /// What the section is called.
    pub fn heading(&self) -> &'static str {
        self.words.section(self.current)
    }

    /// In which zone times are told.
    pub fn times(&self) -> String {
        self.words.frame.times_in(&self.zone)
    }

    /// Whether the person finds something in a section.
    pub fn shows(&self, section: Section) -> bool {
        self.shown.contains(&section)
    }

    /// The rail's groups: work, overview, oneself.
    pub fn rail(&self) -> Vec<Vec<Link>> {
        let group = |section: &Section| match section {
            Section::Analytics | Section::Users => 1,
            Section::Settings => 2,
            _ => 0,
        };
        self.shown
            .chunk_by(|a, b| group(a) == group(b))
            .map(|sections| self.links(sections))
            .collect()
    }

    /// What stands at the bottom of a narrow page.
    pub fn tabs(&self) -> Vec<Link> {
        self.links(self.tabs)
    }

    /// What stands behind "More" there.
    pub fn rest(&self) -> Vec<Link> {
        let others = self.shown.iter().copied();
        let others: Vec<Section> = others.filter(|one| !self.tabs.contains(one)).collect();
        self.links(&others)
    }

    fn links(&self, sections: &[Section]) -> Vec<Link> {
        sections
            .iter()
            .map(|section| Link {
                path: section.path(),
                label: self.words.section(*section),
                icon: section.icon(),
                is_current: *section == self.current,
            })
            .collect()
    }
}

/// A way to a section.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its page.
    pub path: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its picture in the icon file.
    pub icon: &'static str,
    /// Whether the person is there.
    pub is_current: bool,
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    let letters = first.into_iter().chain(last);
    letters.flat_map(char::to_uppercase).collect()
}

fn tone(name: &str) -> Tone {
    const TONES: [Tone; 5] = [
        Tone::Violet,
        Tone::Teal,
        Tone::Blue,
        Tone::Green,
        Tone::Amber,
    ];
    let sum: usize = name.bytes().map(usize::from).sum();
    TONES[sum % TONES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_has_one_or_two_letters() {
        assert_eq!(initials("Leila Haddad"), "LH");
        assert_eq!(initials("  ana maría de la cruz "), "AC");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn the_rail_holds_everything_once() {
        let frame = Frame::new(
            crate::catalogue::pages::words(),
            Section::Today,
            "A",
            Some(Role::Admin),
            "UTC".to_owned(),
            String::new(),
        );
        let rail = frame.rail();
        assert_eq!(rail.len(), 3);
        let paths: Vec<&str> = rail.iter().flatten().map(|link| link.path).collect();
        let all: Vec<&str> = Section::ALL.iter().map(|section| section.path()).collect();
        assert_eq!(paths, all);
        assert_eq!(frame.tabs().len() + frame.rest().len(), all.len());
    }
}
