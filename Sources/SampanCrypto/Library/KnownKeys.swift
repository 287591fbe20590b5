internal import COpenSSL
internal import Synchronization

/// Public keys that TLS has read from certificates, by the bytes that they were read from: a peer that connects again has the same key.
///
/// OpenSSL 3.0 sets up the curve anew for each key that it reads: 160,000 instructions, a twenty-fifth of what a handshake costs the
/// server. A key is never changed once it has been read, and OpenSSL counts who holds it. Nothing is said by a key's being here but that
/// these bytes are that key: whether its certificate is good is asked every time.
enum KnownKeys {
    private typealias Callback = @convention(c) (UnsafePointer<OSSL_PARAM>?, UnsafeMutableRawPointer?) -> Int32
    private typealias PassphraseCallback =
        @convention(c) (
            UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>?, UnsafePointer<OSSL_PARAM>?, UnsafeMutableRawPointer?
        ) -> Int32
    /// OSSL_FUNC_decoder_decode (provider-decoder(7)).
    private typealias Decode =
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, Int32, Callback?, UnsafeMutableRawPointer?, PassphraseCallback?,
            UnsafeMutableRawPointer?
        ) -> Int32
    private typealias Read = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>?) -> Int32
    private typealias Control = @convention(c) (OpaquePointer?, Int32, Int, UnsafeMutableRawPointer?) -> Int32

    /// What a read key is handed to, and what it was read from.
    @safe private struct Reading {
        let callback: Callback?
        let argument: UnsafeMutableRawPointer?
        let bytes: [UInt8]
    }

    /// An EC_KEY, of which this holds one count.
    // Sendable: never changed, and its count is atomic.
    @safe private final class Key: @unchecked Sendable {
        let pointer: OpaquePointer

        /// Nil where the count cannot be raised.
        init?(sharing pointer: OpaquePointer) {
            guard unsafe COpenSSL_EC_KEY_up_ref(pointer) == 1 else { return nil }
            unsafe self.pointer = pointer
        }

        deinit {
            unsafe COpenSSL_EC_KEY_free(pointer)
        }
    }

    /// Keys that are kept; one more, and all are forgotten. 1,024: the nodes of a region; each takes some 2 KiB.
    static let capacity = 1_024
    /// Bytes of a key that is kept: one on P-256 has 91.
    private static let longest = 160

    private static let keys = Mutex(BoundedMemory<Key>(capacity: capacity))

    // Sendable: set while the library context is made, before anything is read, and only read afterwards.
    nonisolated(unsafe) private static var original: Decode?
    // Sendable: set once, before anything is read, as the one above.
    nonisolated(unsafe) private static var read: Read?
    // Sendable: set once, before anything is read, as the one above.
    nonisolated(unsafe) private static var control: Control?

    /// Whether the key that these bytes are is kept now.
    static func knows(_ bytes: [UInt8]) -> Bool { keys.withLock { $0[bytes] != nil } }

    /// Whether keys of certificates are read by way of this.
    static var isInUse: Bool { unsafe original != nil }

    /// Takes over reading elliptic curve keys out of certificates; nil where it stays as it is. `core`: what OpenSSL offers a provider.
    /// Called once, while the library context is made.
    static func functions(_ own: DispatchTable, core: DispatchTable) -> DispatchTable? {
        guard let decode = own.function(OSSL_FUNC_DECODER_DECODE), let read = core.function(OSSL_FUNC_BIO_READ_EX),
            let control = core.function(OSSL_FUNC_BIO_CTRL)
        else { return nil }
        unsafe original = unsafeBitCast(decode, to: Decode.self)
        unsafe Self.read = unsafeBitCast(read, to: Read.self)
        unsafe Self.control = unsafeBitCast(control, to: Control.self)
        return unsafe own.replacing(OSSL_FUNC_DECODER_DECODE, with: unsafeBitCast(Self.decode, to: DispatchTable.Function.self))
    }

    private static let decode: Decode = { state, source, selection, callback, argument, passphrase, passphraseArgument in
        guard let original = unsafe original else { return 0 }
        guard let read = unsafe read, let control = unsafe control else { return 0 }
        let start = Int(unsafe control(source, BIO_C_FILE_TELL, 0, nil))
        let bytes = unsafe bytes(of: source, read)
        // What was read stays read where it was a known key: OpenSSL takes bytes that are left over for a flaw.
        if let key = unsafe known(bytes) { return unsafe give(key, to: callback, argument) }
        guard start >= 0, unsafe control(source, BIO_C_FILE_SEEK, start, nil) >= 0 else { return 0 }
        guard bytes.count <= longest, isOneValue(bytes) else {
            return unsafe original(state, source, selection, callback, argument, passphrase, passphraseArgument)
        }
        var reading = unsafe Reading(callback: callback, argument: argument, bytes: bytes)
        return unsafe withUnsafeMutablePointer(to: &reading) { reading in
            unsafe original(state, source, selection, keep, reading, passphrase, passphraseArgument)
        }
    }

    /// All that there is to read, or as much of it as shows that it is too long to be kept.
    private static func bytes(of source: OpaquePointer?, _ read: Read) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: longest + 1) { target, filled in
            var count = 0
            filled = unsafe read(source, target.baseAddress, target.count, &count) == 1 ? count : 0
        }
    }

    /// Whether a DER value begins the bytes and ends with them (X.690 §8.1.3): the provider would leave what comes after it.
    static func isOneValue(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 2 else { return false }
        return bytes[1] < 0x80 ? bytes.count == 2 + Int(bytes[1]) : bytes[1] == 0x81 && bytes.count == 3 + Int(bytes[2])
    }

    /// A key that was read before, with a count for the caller.
    private static func known(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe keys.withLock { keys in
            guard let key = keys[bytes], unsafe COpenSSL_EC_KEY_up_ref(key.pointer) == 1 else { return nil }
            return unsafe key.pointer
        }
    }

    /// Hands a key over as the default provider does: by the address of a pointer, which is nil afterwards if the key was taken.
    private static func give(_ key: OpaquePointer, to callback: Callback?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
        var key: OpaquePointer? = unsafe key
        let result = unsafe COpenSSL_EC_KEY_give(&key, callback, argument)
        unsafe COpenSSL_EC_KEY_free(key)
        return result
    }

    /// Takes what the default provider has read, keeps it, and hands it on.
    private static let keep: Callback = { parameters, reading in
        guard let reading = unsafe reading?.assumingMemoryBound(to: Reading.self) else { return 0 }
        if let reference = unsafe OSSL_PARAM_locate_const(parameters, OSSL_OBJECT_PARAM_REFERENCE),
            unsafe reference.pointee.data_size == MemoryLayout<OpaquePointer?>.size,
            let key = unsafe reference.pointee.data?.load(as: OpaquePointer?.self)
        {
            unsafe remember(key, reading.pointee.bytes)
        }
        return unsafe reading.pointee.callback?(parameters, reading.pointee.argument) ?? 0
    }

    private static func remember(_ key: OpaquePointer, _ bytes: [UInt8]) {
        guard let key = unsafe Key(sharing: key) else { return }
        keys.withLock { $0.keep(key, for: bytes) }
    }
}
