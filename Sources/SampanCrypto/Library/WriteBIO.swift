internal import COpenSSL

/// A growing memory BIO, for OpenSSL's writers.
@safe final class WriteBIO {
    let pointer: OpaquePointer

    init() throws(CryptoError) {
        // A secure-memory BIO: a written key is wiped when it is freed.
        guard OpenSSLLibrary.isReady, let pointer = unsafe BIO_new(BIO_s_secmem()) else {
            throw .openSSL(.library, "no buffer")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe BIO_free(pointer)
    }

    /// What was written so far.
    var bytes: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe COpenSSL_BIO_get_mem_data(pointer, &start)
        guard count > 0, let start = unsafe start else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// What one of OpenSSL's PEM writers makes; `subject` begins the error's sentence, for example "the request".
    static func pem(_ subject: String, _ write: (OpaquePointer) -> Int32) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        let bio = try WriteBIO()
        guard unsafe write(bio.pointer) == 1 else { throw .openSSL(.library, "\(subject) could not be written") }
        return bio.bytes
    }
}
