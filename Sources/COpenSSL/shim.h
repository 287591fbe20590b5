#ifndef SAMPAN_COPENSSL_H
#define SAMPAN_COPENSSL_H
// A function stands here only where Swift cannot call a macro or a variadic.
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#endif
