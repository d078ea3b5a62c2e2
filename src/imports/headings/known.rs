//! The columns of each kind of import and the usual spellings of their
//! headings, folded: RESO Data Dictionary names, property portals, CRMs; in
//! English, Spanish, Portuguese, French, German and Italian.

use super::Target;
use crate::imports::{types::ImportKind, value::Shape};

/// A column that an import fills.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Headings that mean it, folded.
    pub spellings: &'static [&'static str],
}

const fn column(name: &'static str, shape: Shape, spellings: &'static [&'static str]) -> Column {
    Column {
        name,
        shape,
        spellings,
    }
}

use Shape::{Any, Code, Day, Decimal, Degrees, Flag, List, Moment, Text, Whole, Word};

#[rustfmt::skip]
static PROPERTIES: &[Column] = &[
    column("listing_key", Text, &["listingkey", "assetid", "ref", "reference", "referencia", "externalid", "key", "mlsid"]),
    column("listing_id", Text, &["listingid", "mlsnumber", "listingnumber"]),
    column("name", Text, &["propertyname", "title", "titulo", "titre", "titel", "nombre"]),
    column("address", Text, &["unparsedaddress", "streetaddress", "direccion", "endereco", "adresse", "indirizzo"]),
    column("city", Text, &["town", "municipality", "ciudad", "cidade", "ville", "stadt", "ort", "citta", "area", "localidad", "municipio"]),
    column("district", Text, &["neighborhood", "neighbourhood", "barrio", "bairro", "quartier", "stadtteil", "subdivisionname", "mlsareamajor", "mlsareaminor"]),
    column("region", Text, &["state", "stateorprovince", "province", "provincia", "emirate", "bundesland"]),
    column("country", Code, &["countrycode", "pais", "pays", "land"]),
    column("postal_code", Text, &["zip", "zipcode", "postcode", "codigopostal", "codepostal", "plz", "cap"]),
    column("price", Text, &["listprice", "askingprice", "precio", "preco", "prix", "preis", "kaufpreis", "prezzo"]),
    column("list_price_low", Decimal, &["listpricelow", "pricefrom", "minprice"]),
    column("list_price_high", Decimal, &["listpricehigh", "priceto", "maxprice"]),
    column("rent", Text, &["monthlyrent", "alquiler", "aluguel", "renda", "loyer", "miete", "kaltmiete", "affitto"]),
    column("price_range", Text, &[]),
    column("currency", Code, &["currencycode", "listpricecurrency", "moneda", "moeda", "devise", "wahrung"]),
    column("bedrooms", Whole, &["bedroomstotal", "beds", "bed", "numberofbeds", "numberofbedrooms", "rooms", "roomnumber", "dormitorios", "habitaciones", "quartos", "chambres", "schlafzimmer", "zimmer", "camere"]),
    column("bathrooms_total", Decimal, &["bathroomstotalinteger", "baths", "bath", "bathrooms", "numberofbaths", "numberofbathrooms", "bathnumber", "banos", "banheiros", "casasdebanho", "sallesdebain", "badezimmer", "bagni"]),
    column("type", Word, &["propertysubtype", "propertytypename", "hometype", "tipo", "kind", "typ"]),
    column("property_class", Word, &["propertytype", "class"]),
    column("offer", Word, &["offertype", "transaction", "transactiontype", "operation", "operacion", "purpose"]),
    column("status", Text, &["estado", "listingstatus"]),
    column("standard_status", Text, &["standardstatus", "mlsstatus"]),
    column("image_url", Text, &["image", "photo", "picture", "imageurl", "photourl", "foto"]),
    column("media", Any, &[]),
    column("description", Text, &["publicremarks", "remarks", "descripcion", "descricao", "beschreibung", "descrizione", "text"]),
    column("features", List, &["amenities", "caracteristicas", "equipment", "ausstattung"]),
    column("living_area", Decimal, &["livingarea", "constructedarea", "buildingareatotal", "m2", "sqm", "superficie", "surface", "wohnflache", "areasqm", "size"]),
    column("square_feet", Decimal, &["sqft", "sqfeet", "livingareasqft"]),
    column("living_area_units", Word, &["livingareaunits", "areaunits"]),
    column("latitude", Degrees, &["lat", "latitud"]),
    column("longitude", Degrees, &["lon", "lng", "long", "longitud"]),
    column("on_market_date", Day, &["onmarketdate", "listed", "listingcontractdate", "publishedat"]),
    column("modification_timestamp", Moment, &["modificationtimestamp", "modified", "updated", "lastmodified", "period"]),
    column("top_floor", Flag, &["isintopfloor", "topfloor"]),
    column("studio", Flag, &["isstudio"]),
    column("year_built", Whole, &["yearbuilt", "constructionyear", "cadconstructionyear", "baujahr"]),
    column("floor", Text, &["floorclean", "planta", "etage", "stockwerk"]),
];

/// Headings of a yes or no, and the feature that a yes means.
#[rustfmt::skip]
static FEATURES: &[(&str, &str)] = &[
    ("hasterrace", "terrace"), ("terrace", "terrace"), ("terraza", "terrace"),
    ("haslift", "lift"), ("lift", "lift"), ("elevator", "lift"), ("ascensor", "lift"),
    ("hasairconditioning", "air conditioning"), ("airconditioning", "air conditioning"), ("coolingyn", "air conditioning"),
    ("hasparkingspace", "parking"), ("parking", "parking"), ("carportyn", "parking"),
    ("hasnorthorientation", "faces north"), ("hassouthorientation", "faces south"),
    ("haseastorientation", "faces east"), ("haswestorientation", "faces west"),
    ("hasboxroom", "storage room"), ("storageroom", "storage room"),
    ("haswardrobe", "fitted wardrobes"), ("hasswimmingpool", "pool"), ("pool", "pool"), ("haspool", "pool"),
    ("poolprivateyn", "pool"), ("swimmingpool", "pool"), ("piscina", "pool"),
    ("hasdoorman", "doorman"), ("hasgarden", "garden"), ("garden", "garden"), ("jardin", "garden"), ("jardim", "garden"),
    ("isduplex", "duplex"), ("furnished", "furnished"), ("isfurnished", "furnished"), ("amueblado", "furnished"),
    ("petsallowed", "pets allowed"), ("pets", "pets allowed"), ("hasgarage", "garage"), ("garage", "garage"),
    ("garageyn", "garage"), ("inunitlaundry", "in-unit laundry"), ("balcony", "balcony"), ("hasbalcony", "balcony"),
    ("balcon", "balcony"), ("fireplaceyn", "fireplace"), ("fireplace", "fireplace"), ("waterfrontyn", "waterfront"),
    ("seaview", "sea view"), ("viewyn", "view"), ("spayn", "spa"),
];

/// RESO's lists of features, and the prefix that tells them apart.
static FEATURE_LISTS: &[(&str, &str)] = &[
    ("interiorfeatures", "interior: "),
    ("exteriorfeatures", "exterior: "),
    ("poolfeatures", "pool: "),
    ("view", "view: "),
    ("parkingfeatures", "parking: "),
];

#[rustfmt::skip]
static PROSPECTS: &[Column] = &[
    column("name", Text, &["fullname", "contactname", "customername", "nombre", "nome", "nom", "lead", "leadname", "contact", "nombrecompleto"]),
    column("first_name", Text, &["firstname", "givenname", "forename", "vorname", "prenom"]),
    column("last_name", Text, &["lastname", "surname", "familyname", "apellido", "apellidos", "nachname", "sobrenome", "cognome"]),
    column("email", Text, &["mail", "emailaddress", "mailaddress", "correo", "correoelectronico", "courriel"]),
    column("phone", Text, &["telephone", "tel", "phonenumber", "mobile", "mobilephone", "cell", "cellphone", "telefono", "telefone", "telefon", "movil", "telemovel", "handy", "phone1", "primaryphone"]),
    column("whatsapp", Text, &["whatsappnumber", "wa"]),
    column("budget", Text, &["presupuesto", "orcamento", "pricerange"]),
    column("budget_min", Decimal, &["minbudget", "budgetfrom", "minprice"]),
    column("budget_max", Decimal, &["maxbudget", "budgetto", "maxprice"]),
    column("budget_currency", Code, &["currency", "moneda", "moeda"]),
    column("city", Text, &["town", "ciudad", "cidade", "ville", "stadt", "wantedcity", "area", "location"]),
    column("region", Text, &["state", "province", "provincia"]),
    column("country", Code, &["countrycode", "pais", "pays"]),
    column("timeline", Text, &["when", "movein", "moveindate", "timeframe", "plazo"]),
    column("status", Word, &["leadstatus", "stage", "estado"]),
    column("preferred_channel", Word, &["channel", "contactmethod", "preferredcontact"]),
    column("purpose", Word, &["intent", "lookingto", "buyorrent"]),
    column("language", Text, &["lang", "idioma", "sprache", "langue"]),
    column("timezone", Text, &["tz"]),
    column("wanted_types", List, &["propertytype", "hometype", "type", "tipo"]),
    column("wanted_bedrooms_min", Whole, &["bedrooms", "beds", "minbedrooms", "habitaciones", "quartos"]),
    column("wanted_bedrooms_max", Whole, &["maxbedrooms"]),
    column("wanted_features", List, &["features", "musthave"]),
    column("source", Word, &["leadsource", "origin", "origen", "fuente", "quelle"]),
    column("lost_reason", Text, &["reasonlost"]),
    column("last_contact", Moment, &["lastcontacted", "lastcontactdate", "lastactivity"]),
    column("assigned_to", Text, &["ownerid"]),
    column("team_id", Text, &[]),
];

#[rustfmt::skip]
static USERS: &[Column] = &[
    column("email", Text, &["mail", "emailaddress", "correo", "login", "username"]),
    column("name", Text, &["fullname", "nombre", "nome", "nom", "displayname"]),
    column("first_name", Text, &["firstname", "givenname", "vorname", "prenom"]),
    column("last_name", Text, &["lastname", "surname", "apellido", "apellidos", "nachname", "cognome"]),
    column("role", Word, &["rol", "position", "jobrole", "rolle"]),
    column("phone_e164", Text, &["phone", "telephone", "tel", "mobile", "telefono", "telefon", "phonenumber"]),
    column("country", Code, &["countrycode", "pais"]),
    column("timezone", Text, &["tz"]),
    column("languages", List, &["language", "idiomas", "sprachen"]),
    column("max_open_leads", Whole, &["capacity", "maxleads"]),
    column("team", Text, &["teamname", "equipo", "group", "department"]),
    column("is_lead", Flag, &["teamlead", "leader", "leadsteam"]),
];

#[rustfmt::skip]
static CONVERSATIONS: &[Column] = &[
    column("id", Text, &["conversationid", "dialogueid", "callid", "threadid", "key"]),
    column("turns", Any, &["messages", "transcriptmessages", "utterances", "dialogue"]),
    column("transcript", Text, &["text"]),
    column("prospect_id", Text, &[]),
    column("prospect_name", Text, &["name", "customername", "contactname", "customer", "contact"]),
    column("prospect_email", Text, &["email", "mail", "customeremail"]),
    column("prospect_phone", Text, &["phone", "telephone", "caller", "customerphone", "from"]),
    column("country", Code, &["countrycode"]),
    column("channel", Word, &["medium"]),
    column("outcome", Word, &["result", "disposition"]),
    column("booked", Flag, &["visitbooked", "appointmentbooked"]),
    column("direction", Word, &[]),
    column("timestamp", Moment, &["date", "time", "startedat", "createdat", "start"]),
    column("duration", Whole, &["seconds", "durationseconds", "length"]),
    column("sentiment", Word, &[]),
    column("language", Text, &["lang"]),
];

/// The columns of a kind.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Properties => PROPERTIES,
        ImportKind::Prospects => PROSPECTS,
        ImportKind::Users => USERS,
        ImportKind::Conversations => CONVERSATIONS,
    }
}

/// What a folded heading usually means.
pub(super) fn find(kind: ImportKind, heading: &str) -> Option<Target> {
    let all = columns(kind).iter();
    let spelt = |column: &&Column| {
        column.spellings.contains(&heading) || column.name.replace('_', "") == heading
    };
    if let Some(column) = all.clone().find(spelt) {
        return Some(Target::Column(column));
    }
    if kind != ImportKind::Properties {
        return None;
    }
    let feature = FEATURES.iter().find(|(known, _)| *known == heading);
    if let Some((_, feature)) = feature {
        return Some(Target::Feature((*feature).to_owned()));
    }
    let list = FEATURE_LISTS.iter().find(|(known, _)| *known == heading);
    list.map(|(_, prefix)| Target::Features((*prefix).to_owned()))
}
