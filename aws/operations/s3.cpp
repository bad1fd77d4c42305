#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& s3() {
  static const Service service(
      {.id = "S3",
       .model = "s3",
       .endpoint_prefix = "s3",
       .signing_name = "s3",
       .protocol = Protocol::kRestXml,
       .api_version = "2006-03-01",
       .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/"},
      {
          {.name = "ListBuckets",
           .method = "GET",
           .path = "/",
           .effect = Effect::kRead,
           .input =
               R"({MaxBuckets=max-buckets@query:i ContinuationToken=continuation-token@query Prefix=prefix@query
        BucketRegion=bucket-region@query})",
           .output = R"({Buckets[Bucket|{Name CreationDate:t BucketRegion}] ContinuationToken Prefix})",
           .pages = {.input_token = "ContinuationToken",
                     .output_token = "ContinuationToken",
                     .items = "Buckets",
                     .page_size = "MaxBuckets"},
           .iam = {.action = "s3:ListAllMyBuckets", .resource = "*"}},
          {.name = "ListObjectsV2",
           .method = "GET",
           .path = "/{Bucket}?list-type=2",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path Delimiter=delimiter@query MaxKeys=max-keys@query:i Prefix=prefix@query
        ContinuationToken=continuation-token@query FetchOwner=fetch-owner@query:b
        StartAfter=start-after@query ExpectedBucketOwner=x-amz-expected-bucket-owner@header})",
           .output =
               R"({IsTruncated:b Contents*[{Key LastModified:t ETag Size:i StorageClass}] Name Prefix MaxKeys:i
        CommonPrefixes*[{Prefix}] KeyCount:i ContinuationToken NextContinuationToken})",
           .pages = {.input_token = "ContinuationToken",
                     .output_token = "NextContinuationToken",
                     .items = "Contents",
                     .page_size = "MaxKeys",
                     .more = "IsTruncated"},
           .iam = {.action = "s3:ListBucket", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetObject",
           .method = "GET",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kRead,
           .input =
               R"({Bucket!@path IfMatch=If-Match@header IfNoneMatch=If-None-Match@header Key!@path Range@header
        VersionId=versionId@query ExpectedBucketOwner=x-amz-expected-bucket-owner@header})",
           .output =
               R"({Body@payload:x LastModified=Last-Modified@header:t ContentLength=Content-Length@header:i
        ETag@header VersionId=x-amz-version-id@header ContentRange=Content-Range@header
        ContentType=Content-Type@header})",
           .iam = {.action = "s3:GetObject", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "HeadObject",
           .method = "HEAD",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path IfMatch=If-Match@header Key!@path VersionId=versionId@query
        ExpectedBucketOwner=x-amz-expected-bucket-owner@header})",
           .output = R"({LastModified=Last-Modified@header:t ContentLength=Content-Length@header:i ETag@header
        VersionId=x-amz-version-id@header ContentType=Content-Type@header
        StorageClass=x-amz-storage-class@header})",
           .iam = {.action = "s3:GetObject", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "PutObject",
           .method = "PUT",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({Body@payload:x Bucket!@path CacheControl=Cache-Control@header ContentMD5=Content-MD5@header
        ContentType=Content-Type@header IfNoneMatch=If-None-Match@header Key!@path
        ServerSideEncryption=x-amz-server-side-encryption@header StorageClass=x-amz-storage-class@header
        SSEKMSKeyId=x-amz-server-side-encryption-aws-kms-key-id@header Tagging=x-amz-tagging@header
        ExpectedBucketOwner=x-amz-expected-bucket-owner@header})",
           .output = R"({ETag@header VersionId=x-amz-version-id@header})",
           .iam = {.action = "s3:PutObject", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "CopyObject",
           .method = "PUT",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({Bucket!@path ContentType=Content-Type@header CopySource=x-amz-copy-source!@header Key!@path
        MetadataDirective=x-amz-metadata-directive@header TaggingDirective=x-amz-tagging-directive@header
        ServerSideEncryption=x-amz-server-side-encryption@header StorageClass=x-amz-storage-class@header
        Tagging=x-amz-tagging@header})",
           .output = R"({CopyObjectResult@payload{ETag LastModified:t} VersionId=x-amz-version-id@header})",
           .iam = {.action = "s3:PutObject",
                   .resource = "arn:{partition}:s3:::{Bucket}/*",
                   .also = {"s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectTagging"}}},
          {.name = "DeleteObject",
           .method = "DELETE",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Bucket!@path Key!@path VersionId=versionId@query
        ExpectedBucketOwner=x-amz-expected-bucket-owner@header IfMatch=If-Match@header})",
           .output = R"({DeleteMarker=x-amz-delete-marker@header:b VersionId=x-amz-version-id@header})",
           .iam = {.action = "s3:DeleteObject", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "GetObjectTagging",
           .method = "GET",
           .path = "/{Bucket}/{Key+}?tagging",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path Key!@path VersionId=versionId@query})",
           .output = R"({VersionId=x-amz-version-id@header TagSet[Tag|{Key Value}]})",
           .iam = {.action = "s3:GetObjectTagging", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "PutObjectTagging",
           .method = "PUT",
           .path = "/{Bucket}/{Key+}?tagging",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Bucket!@path Key!@path VersionId=versionId@query ContentMD5=Content-MD5@header
        Tagging!@payload{TagSet![Tag|{Key! Value!}]}})",
           .output = R"({VersionId=x-amz-version-id@header})",
           .xml_root = "Tagging",
           .iam = {.action = "s3:PutObjectTagging", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
          {.name = "GetBucketTagging",
           .method = "GET",
           .path = "/{Bucket}?tagging",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output = R"({TagSet[Tag|{Key Value}]})",
           .iam = {.action = "s3:GetBucketTagging", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetBucketLocation",
           .method = "GET",
           .path = "/{Bucket}?location",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output = R"({LocationConstraint})",
           .iam = {.action = "s3:GetBucketLocation", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetBucketEncryption",
           .method = "GET",
           .path = "/{Bucket}?encryption",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output =
               R"({ServerSideEncryptionConfiguration@payload{Rules=Rule*[{ApplyServerSideEncryptionByDefault{SSEAlgorithm
        KMSMasterKeyID} BucketKeyEnabled:b BlockedEncryptionTypes{EncryptionType*[]}}]}})",
           .iam = {.action = "s3:GetEncryptionConfiguration", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetBucketVersioning",
           .method = "GET",
           .path = "/{Bucket}?versioning",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output = R"({Status MFADelete=MfaDelete})",
           .iam = {.action = "s3:GetBucketVersioning", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetPublicAccessBlock",
           .method = "GET",
           .path = "/{Bucket}?publicAccessBlock",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output =
               R"({PublicAccessBlockConfiguration@payload{BlockPublicAcls:b IgnorePublicAcls:b BlockPublicPolicy:b
        RestrictPublicBuckets:b}})",
           .iam = {.action = "s3:GetBucketPublicAccessBlock", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "PutPublicAccessBlock",
           .method = "PUT",
           .path = "/{Bucket}?publicAccessBlock",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Bucket!@path ContentMD5=Content-MD5@header
        PublicAccessBlockConfiguration!@payload{BlockPublicAcls:b IgnorePublicAcls:b BlockPublicPolicy:b
        RestrictPublicBuckets:b}})",
           .xml_root = "PublicAccessBlockConfiguration",
           .iam = {.action = "s3:PutBucketPublicAccessBlock", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetBucketPolicyStatus",
           .method = "GET",
           .path = "/{Bucket}?policyStatus",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output = R"({PolicyStatus@payload{IsPublic:b}})",
           .iam = {.action = "s3:GetBucketPolicyStatus", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "GetBucketLifecycleConfiguration",
           .method = "GET",
           .path = "/{Bucket}?lifecycle",
           .effect = Effect::kRead,
           .input = R"({Bucket!@path})",
           .output =
               R"({Rules=Rule*[{Expiration{Date:d Days:i ExpiredObjectDeleteMarker:b} ID Prefix Filter{Prefix
        ObjectSizeGreaterThan:i ObjectSizeLessThan:i} Status Transitions=Transition*[{Date:d Days:i
        StorageClass}] NoncurrentVersionExpiration{NoncurrentDays:i NewerNoncurrentVersions:i}
        AbortIncompleteMultipartUpload{DaysAfterInitiation:i}}]})",
           .iam = {.action = "s3:GetLifecycleConfiguration", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "ListMultipartUploads",
           .method = "GET",
           .path = "/{Bucket}?uploads",
           .effect = Effect::kRead,
           .input =
               R"({Bucket!@path KeyMarker=key-marker@query MaxUploads=max-uploads@query:i Prefix=prefix@query
        UploadIdMarker=upload-id-marker@query})",
           .output =
               R"({Bucket KeyMarker NextKeyMarker NextUploadIdMarker IsTruncated:b Uploads=Upload*[{UploadId Key
        Initiated:t StorageClass}]})",
           .pages = {.input_token = "KeyMarker",
                     .output_token = "NextKeyMarker",
                     .items = "Uploads",
                     .page_size = "MaxUploads",
                     .more = "IsTruncated"},
           .iam = {.action = "s3:ListBucketMultipartUploads", .resource = "arn:{partition}:s3:::{Bucket}"}},
          {.name = "AbortMultipartUpload",
           .method = "DELETE",
           .path = "/{Bucket}/{Key+}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({Bucket!@path Key!@path UploadId=uploadId!@query})",
           .iam = {.action = "s3:AbortMultipartUpload", .resource = "arn:{partition}:s3:::{Bucket}/*"}},
      });
  return service;
}

}  // namespace tidegate::aws
