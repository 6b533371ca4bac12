//! Signature Version 4 against the signatures that AWS published (the test suite of its SDKs, and the guide's example).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use sandbox::server::Request;
use sandbox::signature::Authorization;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Vector {
    name: &'static str,
    method: &'static str,
    target: &'static str,
    /// Besides Host and X-Amz-Date; all are signed.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    signature: &'static str,
}

const PLAIN: Vector = Vector {
    name: "get-vanilla",
    method: "GET",
    target: "/",
    headers: &[],
    body: "",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
};

const VECTORS: &[Vector] = &[
    PLAIN,
    Vector {
        name: "get-vanilla-query-order-key-case",
        target: "/?Param2=value2&Param1=value1",
        signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ..PLAIN
    },
    Vector {
        name: "get-vanilla-query-unreserved",
        target: "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        ..PLAIN
    },
    Vector {
        name: "get-header-value-trim",
        headers: &[("my-header1", "value1"), ("my-header2", "\"a   b   c\"")],
        signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ..PLAIN
    },
    Vector {
        name: "get-header-key-duplicate",
        headers: &[("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")],
        signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        ..PLAIN
    },
    Vector {
        name: "get-unreserved",
        target: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ..PLAIN
    },
    Vector { name: "get-relative-relative", target: "/example1/example2/../..", ..PLAIN },
    Vector {
        name: "get-space",
        target: "/example space/",
        signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        ..PLAIN
    },
    Vector {
        name: "get-utf8",
        target: "/\u{1234}",
        signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        ..PLAIN
    },
    Vector {
        name: "get-vanilla-with-session-token",
        headers: &[("x-amz-security-token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267")],
        signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        ..PLAIN
    },
    Vector {
        name: "post-vanilla",
        method: "POST",
        signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ..PLAIN
    },
    Vector {
        name: "post-x-www-form-urlencoded-parameters",
        method: "POST",
        headers: &[
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("content-length", "13"),
            ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
        ],
        body: "Param1=value1",
        signature: "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
        ..PLAIN
    },
];

impl Vector {
    fn request(&self) -> Request {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let mut headers = vec![("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")];
        headers.extend(self.headers);
        let mut names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={}, \
             Signature={}",
            names.join(";"),
            self.signature
        );
        headers.push(("authorization", &authorization));
        Request {
            method: self.method.into(),
            path: path.into(),
            query: query.into(),
            headers: headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            body: self.body.into(),
        }
    }
}

#[test]
fn the_published_signatures() {
    for vector in VECTORS {
        let request = vector.request();
        let signed = Authorization::of(&request).unwrap().unwrap();
        assert_eq!(signed.signature_of(&request, SECRET), vector.signature, "{}", vector.name);
        assert_eq!(signed.signature, vector.signature, "{}", vector.name);
        assert_ne!(signed.signature_of(&request, "another"), vector.signature, "{}", vector.name);
    }
}

/// IAM's ListUsers, the example of the signing guide.
#[test]
fn the_guide() {
    let vector = Vector {
        target: "/?Action=ListUsers&Version=2010-05-08",
        headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ..PLAIN
    };
    let mut request = vector.request();
    for (name, value) in &mut request.headers {
        match name.as_str() {
            "host" => *value = "iam.amazonaws.com".into(),
            "authorization" => *value = value.replace("/service/", "/iam/"),
            _ => {}
        }
    }
    let signed = Authorization::of(&request).unwrap().unwrap();
    assert_eq!(signed.signature_of(&request, SECRET), vector.signature);
}

/// get-vanilla's other form, signed in the query.
#[test]
fn a_presigned_request() {
    let wanted = "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d";
    let request = Request {
        method: "GET".into(),
        path: "/".into(),
        query: format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice\
             %2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600\
             &X-Amz-Signature={wanted}"
        ),
        headers: vec![("host".into(), "example.amazonaws.com".into())],
        body: Vec::new(),
    };
    let signed = Authorization::of(&request).unwrap().unwrap();
    assert_eq!((signed.signature_of(&request, SECRET).as_str(), signed.expires), (wanted, Some(3600)));
}
