//! Takes the names of hosts out of what other programs printed: a mirror's
//! address, perhaps with a password in it, has no place in our output.

/// Endings that look like a domain but are files.
const FILES: [&str; 13] = [
    "whl", "txt", "json", "tgz", "gz", "py", "js", "so", "pem", "crt", "html", "conf", "log",
];

/// The text with addresses and host names replaced.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')' | ',' | '<' | '>' | '=' | ';') {
            out.push_str(&redact_word(&word));
            word.clear();
            out.push(c);
        } else {
            word.push(c);
        }
    }
    out.push_str(&redact_word(&word));
    out
}

fn redact_word(word: &str) -> String {
    if word.contains("://") {
        return "[address]".into();
    }
    let trimmed = word.trim_end_matches(['.', ':']);
    let host = trimmed.rsplit('@').next().unwrap_or(trimmed);
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    if is_host(host) && port.chars().all(|c| c.is_ascii_digit()) {
        return format!("[host]{}", &word[trimmed.len()..]);
    }
    word.to_owned()
}

fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    let named = |label: &&str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let Some(last) = labels.last() else {
        return false;
    };
    if labels.len() < 2 || !labels.iter().all(named) {
        return false;
    }
    let numbers = |label: &&str| label.chars().all(|c| c.is_ascii_digit());
    let address = labels.len() == 4 && labels.iter().all(numbers);
    let domain =
        last.len() >= 2 && last.chars().all(|c| c.is_ascii_alphabetic()) && !FILES.contains(last);
    address || domain
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn hosts_go_and_the_rest_stays() {
        for (said, expected) in [
            (
                "Looking in indexes: https://u:p@mirror.corp.example/simple",
                "Looking in indexes: [address]",
            ),
            (
                "HTTPSConnectionPool(host='pypi.org', port=443): timed out",
                "HTTPSConnectionPool(host='[host]', port=443): timed out",
            ),
            (
                "getaddrinfo ENOTFOUND registry.npmjs.org",
                "getaddrinfo ENOTFOUND [host]",
            ),
            (
                "connect ECONNREFUSED 10.1.2.3:443.",
                "connect ECONNREFUSED [host].",
            ),
            (
                "no matching version 18.6.3 in a_b-18.6.3-py3.whl",
                "no matching version 18.6.3 in a_b-18.6.3-py3.whl",
            ),
        ] {
            assert_eq!(redact(said), expected);
        }
    }
}
