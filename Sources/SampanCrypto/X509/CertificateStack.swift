internal import COpenSSL

/// A STACK_OF(X509) that borrows some certificates and keeps them alive.
@safe final class CertificateStack {
    let pointer: OpaquePointer
    private let certificates: [Certificate]

    init(_ certificates: [Certificate]) throws(CryptoError) {
        guard OpenSSLLibrary.isReady, let pointer = unsafe COpenSSL_X509_list() else { throw .openSSL(.library, "no list") }
        unsafe self.pointer = pointer
        self.certificates = certificates
        for certificate in certificates {
            guard unsafe COpenSSL_X509_push(pointer, certificate.pointer) > 0 else { throw .openSSL(.library, "no list") }
        }
    }

    deinit {
        unsafe COpenSSL_X509_list_free(pointer)
    }
}
