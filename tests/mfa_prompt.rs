//! A role that needs an MFA code: asked for on the terminal, and only where a person asked for that.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use std::time::Duration;

use expectrl::{Eof, Expect, Session};
use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, Said, standard};

fn place() -> (Home, Server) {
    let home = Home::new(env!("CARGO_BIN_EXE_keyfob")).unwrap();
    let keys = format!("[base]\naws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    home.write("credentials", keys).unwrap();
    let (role, serial) = (standard::role_arn("mfa"), standard::MFA_SERIAL);
    let config = format!("[profile mfa]\nrole_arn = {role}\nsource_profile = base\nmfa_serial = {serial}\n");
    home.write("config", config).unwrap();
    (home, Server::start().unwrap())
}

#[test]
fn the_terminal_is_asked_and_the_answer_kept() {
    let (home, server) = place();
    let mut command = home.keyfob(["process", "--prompt", "--profile", "mfa"]);
    command.env("AWS_ENDPOINT_URL", server.url());
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session.expect(format!("Enter MFA code for {}: ", standard::MFA_SERIAL)).unwrap();
    let code = standard::totp(server.now());
    session.send_line(&code).unwrap();
    let rest = session.expect(Eof).unwrap();
    let rest = String::from_utf8_lossy(rest.get(0).unwrap()).into_owned();
    assert!(rest.contains("\"AccessKeyId\":\"ASIA"), "{rest}");
    assert!(!rest.contains(&code), "the code is shown: {rest}");
    // Kept: the next one needs no code and no terminal.
    let said = Said::of(home.keyfob(["process", "--profile", "mfa"]).env("AWS_ENDPOINT_URL", server.url())).unwrap();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(server.count("AssumeRole"), 1);
}

#[test]
fn a_program_is_told_what_to_type() {
    let (home, server) = place();
    for line in
        ["process --profile mfa", "exec --profile mfa --no-input true", "env --shell bash --profile mfa --no-input"]
    {
        let said = Said::of(home.keyfob(line.split(' ')).env("AWS_ENDPOINT_URL", server.url())).unwrap();
        assert_eq!((said.code, said.out.as_str()), (253, ""), "{line}: {}", said.err);
        assert!(
            said.err.contains(standard::MFA_SERIAL) && said.err.contains("keyfob process --prompt"),
            "{}",
            said.err
        );
    }
    assert_eq!(server.calls().len(), 0);
}
