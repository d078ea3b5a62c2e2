//! The fair-housing rule: what a home should have is about the home, never about
//! the origin, religion, family or health of anybody.

use super::types::ProspectBody;
use crate::{error::Problem, handoffs::facts::protected};

/// The wishes that are about people.
pub fn about_people(body: &ProspectBody) -> Vec<Problem> {
    let features = body.wanted_features.value().map(|words| words.strings());
    let features = features.unwrap_or_default().into_iter().enumerate();
    let mut problems: Vec<Problem> = features
        .filter(|(_, text)| !protected::allows(text))
        .map(|(index, _)| Problem::new(&format!("wanted_features[{index}]"), "about_people"))
        .collect();
    let city = body.city.value().map(|city| city.as_str());
    if city.is_some_and(|city| !protected::allows_place(city)) {
        problems.push(Problem::new("city", "about_people"));
    }
    problems
}
