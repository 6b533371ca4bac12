//! Every problem in both files: where, what it means to the AWS CLI and to the SDKs, how to mend it.
