//! The AWS SDK for Rust gets its credentials by `credential_process = keyfob process`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::{BehaviorVersion, Region};
use aws_smithy_async::rt::sleep::TokioSleep;
use sandbox::server::Server;
use sandbox::{ACCESS_KEY_ID, Home, SECRET_ACCESS_KEY, standard};

#[test]
fn it_signs_with_what_keyfob_answers() {
    let keyfob = env!("CARGO_BIN_EXE_keyfob");
    let home = Home::new(keyfob).unwrap();
    let server = Server::start().unwrap();
    let keys = format!("[base]\naws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n");
    home.write("credentials", keys).unwrap();
    let role = standard::role_arn("demo");
    home.write("config", format!("[profile demo]\nrole_arn = {role}\nsource_profile = base\n")).unwrap();

    let (folder, url) = (home.path().display(), server.url());
    let command = format!("env HOME={folder} AWS_ENDPOINT_URL={url} {keyfob} process --profile demo");
    let files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, format!("[default]\ncredential_process = {command}\n"))
        .build();
    let http = aws_smithy_http_client::Builder::new().build_http();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..3 {
        let config = ProviderConfig::empty().with_http_client(http.clone()).with_sleep_impl(TokioSleep::new());
        let provider =
            ProfileFileCredentialsProvider::builder().configure(&config).profile_files(files.clone()).build();
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("eu-west-1"))
            .endpoint_url(&url)
            .http_client(http.clone())
            .sleep_impl(TokioSleep::new())
            .credentials_provider(provider)
            .build();
        let client = aws_sdk_sts::Client::from_conf(config);
        let caller = runtime.block_on(client.get_caller_identity().send()).unwrap();
        assert!(caller.arn().unwrap().contains(":assumed-role/demo/"), "{caller:?}");
    }
    assert_eq!(server.count("AssumeRole"), 1);
    assert_eq!(server.count("GetCallerIdentity"), 3);
}
