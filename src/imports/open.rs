//! From a file as it comes to text: packed or not, in whatever encoding.

use std::{
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;

/// How much of a file is looked at to guess its encoding, in bytes.
const LOOKED_AT: u64 = 64 * 1024;
/// More than this is not unpacked, in bytes: what grows without end out of a
/// small file is no list of homes.
const LARGEST: u64 = 32 * 1024 * 1024 * 1024;

/// How many bytes of a file have been read; shared with whoever shows it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Bytes read so far, as the file has them (packed).
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Text as UTF-8, and what it was before.
pub struct Text {
    /// The text.
    pub reader: Box<dyn BufRead + Send>,
    /// The encoding's name in the Encoding Standard, such as `windows-1252`.
    pub encoding: &'static str,
}

/// Opens a file as text. gzip is recognised by its first bytes; the encoding
/// is the given one, else the one of a byte order mark, else guessed from the
/// beginning.
///
/// # Errors
/// When the file cannot be read, or `encoding` names none.
pub fn open<F>(mut file: F, encoding: Option<&str>, meter: &Meter) -> io::Result<Text>
where
    F: Read + Seek + Send + 'static,
{
    let mut magic = [0; 2];
    let packed = read_some(&mut file, &mut magic)? == 2 && magic == [0x1f, 0x8b];
    file.seek(SeekFrom::Start(0))?;
    let encoding = match encoding {
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            let kind = io::ErrorKind::InvalidInput;
            io::Error::new(kind, format!("{label:?} is no encoding that is known here"))
        })?,
        None => {
            let mut beginning = Vec::new();
            unpacked(&mut file, packed)
                .take(LOOKED_AT)
                .read_to_end(&mut beginning)?;
            file.seek(SeekFrom::Start(0))?;
            guess(&beginning)
        }
    };
    let metered = Metered {
        inner: file,
        meter: meter.clone(),
    };
    let bytes = unpacked(metered, packed).take(LARGEST);
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_override(true)
        .build(bytes);
    Ok(Text {
        reader: Box::new(BufReader::with_capacity(128 * 1024, decoded)),
        encoding: encoding.name(),
    })
}

fn unpacked<'a, R: Read + Send + 'a>(file: R, packed: bool) -> Box<dyn Read + Send + 'a> {
    match packed {
        true => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        false => Box::new(file),
    }
}

fn guess(beginning: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(beginning) {
        return encoding;
    }
    let whole = (beginning.len() as u64) < LOOKED_AT;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(beginning, whole);
    detector.guess(None, Utf8Detection::Allow)
}

fn read_some(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn text(bytes: &[u8], encoding: Option<&str>) -> (String, &'static str) {
        let mut opened = open(Cursor::new(bytes.to_vec()), encoding, &Meter::default())
            .expect("it can be opened");
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).expect("it is text");
        (text, opened.encoding)
    }

    #[test]
    fn encodings_are_guessed_or_given() {
        assert_eq!(text("città".as_bytes(), None).0, "città");
        let latin = b"nombre;ciudad\nAna;M\xe1laga\nEva;C\xf3rdoba\n";
        assert!(text(latin, None).0.contains("Málaga"));
        assert_eq!(text(b"\xcc\xf3", Some("koi8-r")).0, "лС");
        let utf16 = b"\xff\xfea\0b\0";
        assert_eq!(text(utf16, None).0, "ab");
        assert!(open(Cursor::new(Vec::new()), Some("klingon"), &Meter::default()).is_err());
    }

    #[test]
    fn packed_files_are_unpacked_and_metered() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"a,b\n1,2\n").expect("memory takes it");
        let packed = packer.finish().expect("memory takes it");
        let meter = Meter::default();
        let size = packed.len() as u64;
        let mut opened = open(Cursor::new(packed), None, &meter).expect("it can be opened");
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).expect("it is text");
        assert_eq!((text.as_str(), meter.bytes()), ("a,b\n1,2\n", size));
    }
}
