//! Instance metadata and the container endpoint, and that what they give signs.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

mod client;

use client::{Signer, plain, who};
use sandbox::server::Server;
use sandbox::standard;

const TTL: &str = "X-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "X-aws-ec2-metadata-token";
const ROLE: &str = "/latest/meta-data/iam/security-credentials/";

#[test]
fn metadata_version_two() {
    let server = Server::start().unwrap();
    let reply = plain(&server, "PUT", "/latest/api/token", &[(TTL, "21600")], "");
    assert!(reply.head.contains("x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"), "{reply:?}");
    let token = reply.body;
    let get = |path: &str| plain(&server, "GET", path, &[(TOKEN, &token)], "");
    assert_eq!(get(ROLE).body, "instance");
    assert_eq!(get(ROLE.trim_end_matches('/')).body, "instance");
    let reply = get(&format!("{ROLE}instance")).json();
    assert_eq!((reply["Code"].as_str(), reply["Type"].as_str()), (Some("Success"), Some("AWS-HMAC")));
    assert_eq!(
        who(&server, &Signer::of_json(&reply)),
        format!("arn:aws:sts::111122223333:assumed-role/instance/{}", standard::INSTANCE_ID)
    );
    assert_eq!(
        get(&format!("{ROLE}instance")).json()["AccessKeyId"],
        reply["AccessKeyId"],
        "the same until near its end"
    );
    assert_eq!(get(&format!("{ROLE}other")).status, 404);
    assert_eq!(get("/latest/meta-data/iam/security-credentials-extended/").status, 404);
    assert_eq!(get("/latest/meta-data/placement/availability-zone").body, "eu-west-1a");
    assert_eq!(get("/latest/meta-data/placement/region").body, "eu-west-1");

    assert_eq!(plain(&server, "GET", ROLE, &[], "").status, 401);
    assert_eq!(plain(&server, "GET", ROLE, &[(TOKEN, "other")], "").status, 401);
    for ttl in ["0", "21601", "x"] {
        assert_eq!(plain(&server, "PUT", "/latest/api/token", &[(TTL, ttl)], "").status, 400, "{ttl}");
    }
    assert_eq!(plain(&server, "PUT", "/latest/api/token", &[], "").status, 400);
    let counts = ["imds:token", "imds:role", "imds:credentials", "imds:zone"].map(|action| server.count(action));
    assert_eq!(counts, [5, 4, 3, 1]);

    // Tokens end, and the instance's credentials are renewed.
    server.clock_offset(6 * 3600 + 1);
    assert_eq!(get(ROLE).status, 401);
    let token = plain(&server, "PUT", "/latest/api/token", &[(TTL, "60")], "").body;
    let renewed = plain(&server, "GET", &format!("{ROLE}instance"), &[(TOKEN, &token)], "").json();
    assert_ne!(renewed["AccessKeyId"], reply["AccessKeyId"]);

    server.update(|account| account.imds.role = None);
    assert_eq!(plain(&server, "GET", ROLE, &[(TOKEN, &token)], "").status, 404);
}

#[test]
fn metadata_version_one() {
    let server = Server::start().unwrap();
    server.update(|account| account.imds.tokens = false);
    assert_eq!(plain(&server, "PUT", "/latest/api/token", &[(TTL, "60")], "").status, 404);
    assert_eq!(plain(&server, "GET", ROLE, &[], "").body, "instance");
}

#[test]
fn a_container() {
    let server = Server::start().unwrap();
    let reply = plain(&server, "GET", "/container/credentials", &[], "").json();
    assert_eq!(reply["RoleArn"], "arn:aws:iam::111122223333:role/task");
    assert_eq!(reply["AccountId"], "111122223333");
    assert!(who(&server, &Signer::of_json(&reply)).starts_with("arn:aws:sts::111122223333:assumed-role/task/"));

    server.update(|account| account.container_token = Some("Basic abc".into()));
    for (headers, status) in
        [([].as_slice(), 403), (&[("Authorization", "Basic ab")], 403), (&[("Authorization", "Basic abc")], 200)]
    {
        let reply = plain(&server, "GET", "/container/credentials", headers, "");
        assert_eq!(reply.status, status);
        if status == 403 {
            assert_eq!(reply.json()["code"], "AccessDenied");
        }
    }
    assert_eq!(server.count("container"), 4);
}
