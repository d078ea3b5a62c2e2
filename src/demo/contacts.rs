//! Names, telephone numbers and addresses of people who do not exist.
//!
//! Every number is of a range that is reserved for fiction: NANP 555-0100 to
//! 555-0199 of an area code, Ofcom's 07700 900000 to 900999, ACMA's (02) 5550
//! xxxx and ARCEP's 06 39 98 xx xx. Every address is of the domain `.example`.

/// The area codes of northern California.
const AREA_CODES: [u16; 15] = [
    408, 916, 510, 650, 925, 415, 707, 669, 279, 628, 831, 530, 341, 209, 559,
];
/// Lines 0100 to 0199.
const LINES: usize = 100;

const FIRST: [&str; 61] = [
    "Maya", "Daniel", "Priya", "Marcus", "Elena", "Hiroshi", "Grace", "Omar", "Lucia", "Ethan",
    "Nadia", "Victor", "Chloe", "Andre", "Mei", "Samuel", "Fatima", "Lukas", "Ingrid", "Jamal",
    "Sofia", "Patrick", "Aisha", "Diego", "Hannah", "Ravi", "Julia", "Kwame", "Teresa", "Noah",
    "Yuki", "Carmen", "Felix", "Leila", "Oscar", "Amara", "Stefan", "Bianca", "Tariq", "Rosalind",
    "Mateo", "Anika", "Gabriel", "Simone", "Ivan", "Naomi", "Hugo", "Zara", "Walter", "Camila",
    "Arjun", "Helen", "Rafael", "Miriam", "Kenji", "Paula", "Dmitri", "Esther", "Leon", "Veronica",
    "Tobias",
];
const LAST: [&str; 89] = [
    "Alvarez",
    "Okafor",
    "Lindqvist",
    "Nguyen",
    "Brennan",
    "Castellano",
    "Desai",
    "Whitfield",
    "Moreau",
    "Tanaka",
    "Kowalski",
    "Reyes",
    "Haddad",
    "Sorensen",
    "Mbeki",
    "Fairchild",
    "Petrov",
    "Zhang",
    "Delgado",
    "Abernathy",
    "Rossi",
    "Chaudhry",
    "Larkin",
    "Novak",
    "Suzuki",
    "Marchetti",
    "Ferreira",
    "Oyelaran",
    "Vance",
    "Kim",
    "Bauer",
    "Santos",
    "Mercer",
    "Iyer",
    "Lombardi",
    "Hutchins",
    "Park",
    "Adeyemi",
    "Quinn",
    "Fontaine",
    "Rahman",
    "Stokes",
    "Vargas",
    "Eriksen",
    "Yamada",
    "Thornton",
    "Salazar",
    "Bergstrom",
    "Osei",
    "Callahan",
    "Dubois",
    "Gupta",
    "Hollis",
    "Pereira",
    "Ito",
    "Maddox",
    "Schneider",
    "Rojas",
    "Nakamura",
    "Winslow",
    "Farouk",
    "Keller",
    "Ortiz",
    "Pham",
    "Sinclair",
    "Toure",
    "Blackwood",
    "Cruz",
    "Andersson",
    "Banerjee",
    "Holloway",
    "Jimenez",
    "Matsuda",
    "Rourke",
    "Silva",
    "Trevino",
    "Ueda",
    "Voss",
    "Wexler",
    "Yilmaz",
    "Zapata",
    "Barros",
    "Choi",
    "Donnelly",
    "Espinoza",
    "Franco",
    "Greer",
    "Hassan",
    "Ivanova",
];
const DOMAINS: [&str; 3] = ["mail.example", "post.example", "inbox.example"];

fn nth(list: &[&'static str], number: usize) -> &'static str {
    list.get(number % list.len().max(1)).copied().unwrap_or("")
}

/// The name of the `number`th person; no two of the first 5,429 are alike.
pub(super) fn name(number: usize) -> String {
    format!("{} {}", nth(&FIRST, number), nth(&LAST, number))
}

/// His address.
pub(super) fn email(number: usize) -> String {
    let name = name(number).to_lowercase().replace(' ', ".");
    format!("{name}@{}", nth(&DOMAINS, number))
}

/// His telephone; no two of the first 2,000 are alike.
pub(super) fn phone(number: usize) -> String {
    let (twenty, place) = (number / 20, number % 20);
    match place {
        15..=17 => format!("+44 7700 900{:03}", twenty * 3 + (place - 15)),
        18 => format!("+61 2 5550 {twenty:04}"),
        19 => format!("+33 6 39 98 {:02} {:02}", twenty / 100, twenty % 100),
        _ => {
            let area = AREA_CODES.get(place).copied().unwrap_or(408);
            format!("+1 {area} 555 {:04}", 100 + twenty % LINES)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{email, name, phone};

    #[test]
    fn everybody_has_his_own() {
        for own in [name, email, phone] {
            let all: BTreeSet<String> = (0..2000).map(own).collect();
            assert_eq!(all.len(), 2000);
        }
    }
}
