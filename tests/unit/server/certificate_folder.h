#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "server/transport/options.h"

namespace tidegate::transport {

/// A folder with certificate files, gone with the test.
class CertificateFolder {
 public:
  CertificateFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "transport-tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    path_ = pattern;
  }
  ~CertificateFolder() { std::filesystem::remove_all(path_); }
  CertificateFolder(const CertificateFolder&) = delete;
  CertificateFolder& operator=(const CertificateFolder&) = delete;

  TlsFiles files() const { return {(path_ / "certificate.pem").string(), (path_ / "key.pem").string()}; }

  /// Writes a new key and a self-signed certificate for `common_name`, each file replaced in one step.
  void issue(const std::string& common_name) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    replace(files().certificate, [certificate](FILE* file) { PEM_write_X509(file, certificate); });
    replace(files().key,
            [key](FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  void break_certificate() const {
    replace(files().certificate, [](FILE* file) { std::fputs("not a certificate", file); });
  }

 private:
  template <typename Write>
  static void replace(const std::string& path, Write write) {
    const std::string fresh = path + ".new";
    FILE* file = std::fopen(fresh.c_str(), "w");
    write(file);
    std::fclose(file);
    std::filesystem::rename(fresh, path);
  }

  std::filesystem::path path_;
};

}  // namespace tidegate::transport
