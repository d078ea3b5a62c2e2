//! Every sentence for people comes from the catalogue: none stands in a
//! template, in what a page is made of, or in what a refusal is given.

use super::{File, files, files_of, none};

/// The name of the program is the same in every language.
const NAME: &str = "Doorstep";

/// What is said to whoever runs the program stands beside what it is about, and
/// what the agent writes into a handoff is data.
const ELSEWHERE: &[&str] = &[
    "src/catalogue/",
    "src/verbs/",
    "src/config",
    "src/postgres/",
    "src/handoffs/phrases",
];

/// Attributes that are read to people.
const READ_OUT: &[&str] = &["title", "aria-label", "placeholder", "alt"];

/// How the reasons of refusals begin: they go on where a field's name ended.
const REASONS: &[&str] = &["must ", "is ", "are ", "does ", "goes ", "names "];

/// The words that a template holds itself: between tags, in the attributes that
/// are read out, and as text within an expression.
fn words_of(template: &str) -> Vec<String> {
    let (markup, mut found) = without_expressions(template);
    let mut rest = markup.as_str();
    while let Some((text, tag)) = rest.split_once('<') {
        found.extend(spoken_between(text));
        let (tag, after) = tag.split_at(end_of_tag(tag));
        found.extend(values_of(tag));
        rest = after.strip_prefix('>').unwrap_or(after);
    }
    found.extend(spoken_between(rest));
    found.iter().filter_map(|text| spoken(text)).collect()
}

/// The markup alone, and the literals of the expressions.
fn without_expressions(template: &str) -> (String, Vec<String>) {
    let (mut markup, mut literals) = (String::new(), Vec::new());
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once('{') {
        markup.push_str(before);
        let end = match inside.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            Some('#') => "#}",
            _ => {
                markup.push('{');
                rest = inside;
                continue;
            }
        };
        let (expression, after) = inside.split_once(end).expect("an expression ends");
        if end == "}}" {
            let odd = expression.split('"').skip(1).step_by(2);
            literals.extend(odd.map(str::to_owned));
        }
        rest = after;
    }
    markup.push_str(rest);
    (markup, literals)
}

/// Where a tag ends; a `>` within quotes is part of it.
fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    for (index, letter) in tag.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return index,
            _ => {}
        }
    }
    tag.len()
}

/// The values of the attributes that are read out.
fn values_of(tag: &str) -> Vec<String> {
    let tag = tag.replace(char::is_whitespace, " ");
    let value = |name: &&str| {
        let (_, value) = tag.split_once(&format!(" {name}=\""))?;
        value.split('"').next().map(str::to_owned)
    };
    READ_OUT.iter().filter_map(value).collect()
}

/// What is said between two tags: the text, without the attributes that a block
/// holds for a tag of the template below it.
fn spoken_between(text: &str) -> Vec<String> {
    let mut found = values_of(text);
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, value)) = rest.split_once("=\"") {
        let name = before.rfind(char::is_whitespace).unwrap_or_default();
        plain.push_str(&before[..name]);
        rest = value.split_once('"').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    found.push(plain);
    found
}

/// The text, if there is a letter in it that is not the program's name or part
/// of an entity.
fn spoken(text: &str) -> Option<String> {
    let mut plain = text.replace(NAME, "");
    while let Some(start) = plain.find('&') {
        let end = plain[start..]
            .find(';')
            .map_or(plain.len(), |end| start + end + 1);
        plain.replace_range(start..end, "");
    }
    plain
        .contains(char::is_alphabetic)
        .then(|| text.trim().to_owned())
}

/// The text literals of the lines that run, with their places. A literal of
/// several lines counts where it begins.
fn literals(file: &File) -> Vec<(String, String)> {
    let running = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for (index, line) in running.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("//") || line.contains("reason = \"") {
            continue;
        }
        let plain = line.replace("\\\"", "'").replace("'\"'", "''");
        for literal in plain.split('"').skip(1).step_by(2) {
            let place = format!("{}:{}: {line}", file.path, index + 1);
            found.push((literal.to_owned(), place));
        }
    }
    found
}

#[test]
fn templates_hold_no_words() {
    let offences = files_of("templates", "html")
        .iter()
        .flat_map(|file| {
            let words = words_of(&file.text).into_iter();
            words.map(|text| format!("{}: {text}", file.path))
        })
        .collect();
    none(
        offences,
        "words in a template; they belong in src/catalogue/pages",
    );
}

#[test]
fn words_are_seen_in_a_template() {
    let template = r#"<p class="lead" title="Here">{{ words.lead }} and so on</p>
        {% if let Some(x) = y %}<a href="/x?a=b" aria-label="{{ "Go" }}">–&nbsp;{{ x }}</a>{% endif %}
        <b>Doorstep</b><input placeholder="Name" value="a > b">
        {% block attributes %} class="framed" title="There"{% endblock %}"#;
    let mut found = words_of(template);
    found.sort();
    assert_eq!(found, ["Go", "Here", "Name", "There", "and so on"]);
}

/// A capital, or words with a space between, are for people; keys, addresses and
/// forms of numbers are not.
#[test]
fn pages_hold_no_words() {
    let for_people = |literal: &str| {
        literal.contains(char::is_uppercase)
            || literal
                .split(' ')
                .filter(|word| word.starts_with(char::is_alphabetic))
                .count()
                > 1
    };
    let offences = files("src")
        .iter()
        .filter(|file| file.name() == "pages.rs" && file.text.contains("#[template("))
        .flat_map(literals)
        .filter(|(literal, _)| for_people(literal))
        .map(|(_, place)| place)
        .collect();
    none(
        offences,
        "words in a page; they belong in src/catalogue/pages",
    );
}

#[test]
fn refusals_are_worded_by_the_catalogue() {
    let is_worded = |(literal, place): &(String, String)| {
        REASONS.iter().any(|word| literal.starts_with(word))
            || place.contains("worded(") && literal.contains(' ')
    };
    let offences = files("src")
        .iter()
        .filter(|file| !ELSEWHERE.iter().any(|path| file.path.starts_with(path)))
        .flat_map(literals)
        .filter(is_worded)
        .map(|(_, place)| place)
        .collect();
    none(offences, "a reason outside of src/catalogue");
}
