//! Where a browser is sent after signing in: into this server and nowhere else.

/// A longer path is none of ours.
const LONGEST: usize = 2_048;

/// `target`, if it is a path of this server in plain spelling.
///
/// Refused is whatever a browser, or a proxy on the way, might read as another
/// host: absolute URLs, `//host`, `/\host`, the same hidden behind percent
/// signs, control characters (browsers drop tabs and line ends), and anything
/// that is not printable ASCII.
pub fn local(target: &str) -> Option<&str> {
    if target.len() > LONGEST || !target.starts_with('/') {
        return None;
    }
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) || target.contains('\\') {
        return None;
    }
    let path = target.split(['?', '#']).next()?;
    if path.contains("//") || path.split('/').any(|part| part == "." || part == "..") {
        return None;
    }
    // A slash, a backslash, a dot, a percent sign or a control character has
    // no reason to be hidden in a path of ours.
    let path = path.to_ascii_lowercase();
    let hidden = |code: &str| path.contains(code);
    if ["%2f", "%5c", "%2e", "%25", "%0", "%1", "%7f"]
        .iter()
        .any(|code| hidden(code))
    {
        return None;
    }
    Some(target)
}

/// [`local`], or the start page.
pub fn local_or_home(target: Option<&str>) -> &str {
    target.and_then(local).unwrap_or("/")
}

/// The address of the sign-in page that leads back to `target`.
pub fn to_signin(target: &str) -> String {
    match local(target) {
        Some(target) if target != "/" => {
            let query: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
            format!("/auth/signin?redirect={query}")
        }
        _ => "/auth/signin".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BAD: &[&str] = &[
        "",
        "x",
        "http://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "/%252fevil.example",
        "/%09/evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e%2e/evil",
        "/a//b",
        "/é",
        "/\0",
        "/\u{7f}",
        "/\u{2028}/evil",
    ];

    #[test]
    fn what_might_lead_away_is_refused() {
        for target in BAD {
            assert_eq!(local(target), None, "{target:?}");
            assert_eq!(local_or_home(Some(target)), "/");
            assert_eq!(to_signin(target), "/auth/signin");
        }
    }

    #[test]
    fn paths_of_ours_are_followed() {
        for target in [
            "/",
            "/properties",
            "/properties?city=Val%C3%A8ncia&q=a//b",
            "/a/b#c",
            "/x%20y",
        ] {
            assert_eq!(local(target), Some(target));
        }
        let signin = to_signin("/properties?a=b&c=d");
        assert_eq!(
            signin,
            "/auth/signin?redirect=%2Fproperties%3Fa%3Db%26c%3Dd"
        );
    }

    proptest! {
        /// Whatever is let through stays on this host, as a browser reads it.
        #[test]
        fn nothing_leaves_this_host(target in r"[/\\.:@%?#a-zA-Z0-9\t\r\n ]{0,24}|/[/\\\t%2fF5cC.]{0,6}evil\.example") {
            let base = url::Url::parse("https://doorstep.example/auth/signin").unwrap();
            if let Some(local) = local(&target) {
                let followed = base.join(local).unwrap();
                prop_assert_eq!(followed.origin(), base.origin());
                prop_assert!(!followed.path().starts_with("//"));
            }
        }
    }
}
