//! AWS's partitions: which one a region or an ARN is in, and what hosts are called there (the AWS CLI's
//! `partitions.json` and the endpoint rules of its services).

use super::Arn;

/// A partition.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// `aws`, as in an ARN.
    pub name: &'static str,
    /// What its regions begin with. Empty: everything else is in this one.
    region_prefix: &'static str,
    /// What hosts of services end with.
    pub dns_suffix: &'static str,
    /// The same where they have IPv6 too.
    pub dual_stack_suffix: &'static str,
    /// What sign-in hosts end with.
    pub sign_in: &'static str,
    /// Where the web console is. `None`: nothing is known of one.
    pub console: Option<&'static str>,
    /// Whether there is a sign-in host for all regions.
    pub global_sign_in: bool,
    /// The region that a service without regions is in.
    pub home_region: &'static str,
}

const fn isolated(
    name: &'static str,
    region_prefix: &'static str,
    dns_suffix: &'static str,
    sign_in: &'static str,
    home_region: &'static str,
) -> Partition {
    let (console, global_sign_in, dual_stack_suffix) = (None, false, dns_suffix);
    Partition { name, region_prefix, dns_suffix, dual_stack_suffix, sign_in, console, global_sign_in, home_region }
}

const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws-cn",
        region_prefix: "cn-",
        dns_suffix: "amazonaws.com.cn",
        dual_stack_suffix: "api.amazonwebservices.com.cn",
        sign_in: "signin.amazonaws.cn",
        console: Some("console.amazonaws.cn"),
        global_sign_in: true,
        home_region: "cn-north-1",
    },
    Partition {
        name: "aws-us-gov",
        region_prefix: "us-gov-",
        dns_suffix: "amazonaws.com",
        dual_stack_suffix: "api.aws",
        sign_in: "signin.amazonaws-us-gov.com",
        console: Some("console.amazonaws-us-gov.com"),
        global_sign_in: true,
        home_region: "us-gov-west-1",
    },
    Partition {
        name: "aws-eusc",
        region_prefix: "eusc-",
        dns_suffix: "amazonaws.eu",
        dual_stack_suffix: "api.amazonwebservices.eu",
        sign_in: "signin.amazonaws-eusc.eu",
        console: Some("console.amazonaws-eusc.eu"),
        global_sign_in: false,
        home_region: "eusc-de-east-1",
    },
    isolated("aws-iso", "us-iso-", "c2s.ic.gov", "signin.c2shome.ic.gov", "us-iso-east-1"),
    isolated("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "signin.sc2shome.sgov.gov", "us-isob-east-1"),
    isolated("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "signin.csphome.adc-e.uk", "eu-isoe-west-1"),
    isolated("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "signin.csphome.hci.ic.gov", "us-isof-south-1"),
    AWS,
];

const AWS: Partition = Partition {
    name: "aws",
    region_prefix: "",
    dns_suffix: "amazonaws.com",
    dual_stack_suffix: "api.aws",
    sign_in: "signin.aws.amazon.com",
    console: Some("console.aws.amazon.com"),
    global_sign_in: true,
    home_region: "us-east-1",
};

/// The regions of `aws` that every account has; later ones are enabled account by account.
const ALWAYS_ENABLED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

impl Partition {
    /// Whether an account must have enabled `region`, one of this partition, before it can be used there.
    pub fn must_enable(&self, region: &str) -> bool {
        self.name == "aws" && !matches!(region, "" | "aws-global") && !ALWAYS_ENABLED.contains(&region)
    }

    /// The partition that `region` is in; a region that nobody knows is in `aws`.
    pub fn of_region(region: &str) -> &'static Self {
        // The last one's prefix is empty.
        PARTITIONS.iter().find(|partition| region.starts_with(partition.region_prefix)).unwrap_or(&AWS)
    }

    /// The partition that `arn` names. `None`: it is no ARN, or of a partition that nobody knows.
    pub fn of_arn(arn: &str) -> Option<&'static Self> {
        let name = Arn::parse(arn)?.partition;
        PARTITIONS.iter().find(|partition| partition.name == name)
    }

    /// What stands between `iam` and the suffix in the host of IAM, which has no regions.
    pub fn iam_place(&self, dual_stack: bool) -> &'static str {
        match (self.name, dual_stack) {
            ("aws-us-gov", _) => "us-gov",
            ("aws", false) => "",
            (_, true) => "global",
            (_, false) => self.home_region,
        }
    }

    /// Where people sign in to get tokens in `region`: `https://eu-west-1.signin.aws.amazon.com`.
    pub fn sign_in_url(&self, region: &str, fips: bool, dual_stack: bool) -> String {
        let host = match (fips, dual_stack) {
            (false, false) => format!("{region}.{}", self.sign_in),
            (false, true) => format!("signin.{region}.{}", self.dual_stack_suffix),
            (true, true) => format!("signin-fips.{region}.{}", self.dual_stack_suffix),
            (true, false) if self.name == "aws-us-gov" => {
                let host = self.sign_in.replacen("signin", "signin-fips", 1);
                if region == self.home_region { host } else { format!("{region}.{host}") }
            }
            (true, false) => format!("signin-fips.{region}.{}", self.dns_suffix),
        };
        format!("https://{host}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_arns() {
        for (region, name) in [
            ("us-east-1", "aws"),
            ("", "aws"),
            ("mars-north-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("us-iso-west-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-east-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            let partition = Partition::of_region(region);
            assert_eq!(partition.name, name, "{region}");
            assert_eq!(Partition::of_arn(&format!("arn:{name}:iam::111122223333:user/me")), Some(partition));
            assert_eq!(Partition::of_region(partition.home_region), partition);
        }
        for none in ["", "arn", "arn:", "arn:mars:iam::111122223333:root", "user/me"] {
            assert_eq!(Partition::of_arn(none), None, "{none}");
        }
    }

    #[test]
    fn regions_to_enable() {
        for (region, must) in
            [("eu-west-1", false), ("aws-global", false), ("", false), ("eu-south-2", true), ("cn-north-1", false)]
        {
            assert_eq!(Partition::of_region(region).must_enable(region), must, "{region}");
        }
    }

    #[test]
    fn sign_in_hosts() {
        for (region, fips, dual_stack, url) in [
            ("eu-west-1", false, false, "https://eu-west-1.signin.aws.amazon.com"),
            ("cn-north-1", false, false, "https://cn-north-1.signin.amazonaws.cn"),
            ("us-gov-west-1", false, false, "https://us-gov-west-1.signin.amazonaws-us-gov.com"),
            ("us-gov-west-1", true, false, "https://signin-fips.amazonaws-us-gov.com"),
            ("us-gov-east-1", true, false, "https://us-gov-east-1.signin-fips.amazonaws-us-gov.com"),
            ("eusc-de-east-1", false, false, "https://eusc-de-east-1.signin.amazonaws-eusc.eu"),
            ("us-iso-east-1", false, false, "https://us-iso-east-1.signin.c2shome.ic.gov"),
            ("us-isob-east-1", false, false, "https://us-isob-east-1.signin.sc2shome.sgov.gov"),
            ("eu-isoe-west-1", false, false, "https://eu-isoe-west-1.signin.csphome.adc-e.uk"),
            ("us-isof-east-1", false, false, "https://us-isof-east-1.signin.csphome.hci.ic.gov"),
            ("us-east-1", true, false, "https://signin-fips.us-east-1.amazonaws.com"),
            ("us-east-1", false, true, "https://signin.us-east-1.api.aws"),
            ("us-east-1", true, true, "https://signin-fips.us-east-1.api.aws"),
            ("eusc-de-east-1", false, true, "https://signin.eusc-de-east-1.api.amazonwebservices.eu"),
        ] {
            assert_eq!(Partition::of_region(region).sign_in_url(region, fips, dual_stack), url);
        }
    }
}
