internal import COpenSSL

/// What a private key at rest is encrypted under: typed by a person, or the contents of a key file. Wiped when it is let go.
@safe package final class Passphrase: @unchecked Sendable {
    // Sendable: the bytes are written in init, wiped in deinit, and only read in between.
    private let buffer: UnsafeMutableRawBufferPointer

    /// Longest passphrase, in bytes: the openssl program takes no more (PEM_BUFSIZE).
    package static let byteLimit = 1024

    /// Takes the bytes over, and wipes the caller's. Throws `badLength` unless there are 1 to `byteLimit`.
    package init(taking bytes: inout [UInt8]) throws(CryptoError) {
        defer { SecretBytes.wipe(&bytes) }
        guard (1...Self.byteLimit).contains(bytes.count) else {
            throw CryptoError(.badLength, "a passphrase has 1 to \(Self.byteLimit) bytes")
        }
        unsafe buffer = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe buffer.copyBytes(from: bytes)
    }

    /// Takes over what a key file holds, less one line end at its end: an editor and `echo` leave one, and
    /// `openssl -passin file:` does not count it either.
    package convenience init(takingFile bytes: inout [UInt8]) throws(CryptoError) {
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        try self.init(taking: &bytes)
    }

    deinit {
        unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
        unsafe buffer.deallocate()
    }

    /// Lends the bytes for the length of the call.
    func withBytes<Result>(_ body: (UnsafePointer<CChar>?, Int32) -> Result) -> Result {
        unsafe body(buffer.baseAddress.map { unsafe UnsafePointer($0.assumingMemoryBound(to: CChar.self)) }, Int32(clamping: buffer.count))
    }
}
