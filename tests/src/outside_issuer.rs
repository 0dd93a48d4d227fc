//! An issuer of tokens outside the program, on this machine: it signs, publishes its keys, and can be
//! made to answer wrongly or not at all.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::{
    encoding::AsDer,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};

/// How an issuer answers who asks for its keys.
#[derive(Clone, Debug)]
pub enum Answers {
    /// With this body.
    With(String),
    /// With this status and nothing else.
    Status(u16),
    /// That the keys are at another address.
    MovedTo(String),
    /// Not at all: the connection is closed.
    Nothing,
}

/// An issuer that listens as long as the process lives.
pub struct OutsideIssuer {
    address: String,
    answers: Arc<Mutex<Answers>>,
    asked: Arc<AtomicU64>,
}

/// A pair of keys.
pub struct SigningKey {
    /// Its id.
    pub id: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its private half.
    pub private: EncodingKey,
    /// Its public half, as it is published.
    pub public: Value,
}

impl OutsideIssuer {
    /// An issuer that publishes these keys.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn publishing(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answers = Arc::new(Mutex::new(Answers::With(set(keys))));
        let asked = Arc::new(AtomicU64::new(0));
        let (said, counted) = (answers.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = said.lock().expect("nobody panics over it").clone();
                // Whoever asked may be gone.
                let _ = respond(stream, &answer);
            }
        });
        Self { address, answers, asked }
    }

    /// Its name, as its tokens have it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/tenant", self.address)
    }

    /// Where its keys are.
    #[must_use]
    pub fn keys(&self) -> String {
        format!("{}/tenant/keys", self.address)
    }

    /// Publishes these keys instead.
    pub fn publishes(&self, keys: &[&SigningKey]) {
        self.answers(Answers::With(set(keys)));
    }

    /// Answers like this from now on.
    ///
    /// # Panics
    /// Never.
    pub fn answers(&self, answer: Answers) {
        *self.answers.lock().expect("nobody panics over it") = answer;
    }

    /// How often it was asked for its keys.
    #[must_use]
    pub fn was_asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl SigningKey {
    /// A key on the curve P-256.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn es256(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let private = pair.to_pkcs8v1().expect("its private half");
        Self::with_public(id, Algorithm::ES256, EncodingKey::from_ec_der(private.as_ref()))
    }

    /// An RSA key of 2,048 bits.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn rs256(id: &str) -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
        let whole = pair.as_der().expect("its private half");
        // PKCS #8 wraps a key of this size in 26 bytes; the library signs with what is within.
        let private = EncodingKey::from_rsa_der(&whole.as_ref()[26..]);
        Self::with_public(id, Algorithm::RS256, private)
    }

    /// A key on the curve Ed25519.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn eddsa(id: &str) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private = pair.to_pkcs8().expect("its private half");
        let public = json!({
            "kty": "OKP", "crv": "Ed25519", "kid": id, "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        });
        let private = EncodingKey::from_ed_der(private.as_ref());
        Self { id: id.to_owned(), algorithm: Algorithm::EdDSA, private, public }
    }

    /// The key by another id.
    #[must_use]
    pub fn called(self, id: &str) -> Self {
        let mut public = self.public;
        public["kid"] = json!(id);
        Self { id: id.to_owned(), public, ..self }
    }

    /// A token with these claims.
    ///
    /// # Panics
    /// When it cannot be signed.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.private).expect("a token")
    }

    fn with_public(id: &str, algorithm: Algorithm, private: EncodingKey) -> Self {
        let public = Jwk::from_encoding_key(&private, algorithm).expect("its public half");
        let mut public = serde_json::to_value(public).expect("JSON");
        public["kid"] = json!(id);
        public["use"] = json!("sig");
        Self { id: id.to_owned(), algorithm, private, public }
    }
}

fn set(keys: &[&SigningKey]) -> String {
    let keys: Vec<&Value> = keys.iter().map(|key| &key.public).collect();
    json!({ "keys": keys }).to_string()
}

fn respond(mut stream: TcpStream, answer: &Answers) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut part)?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&part[..read]);
    }
    let (status, further, body) = match answer {
        Answers::Nothing => return Ok(()),
        Answers::With(body) => (200, "content-type: application/json".to_owned(), body.as_str()),
        Answers::Status(status) => (*status, "x-nothing: more".to_owned(), ""),
        Answers::MovedTo(place) => (302, format!("location: {place}"), ""),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} So\r\n{further}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
