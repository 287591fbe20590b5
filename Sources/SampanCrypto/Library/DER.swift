internal import COpenSSL

/// The two ways through OpenSSL's d2i and i2d functions, written once.
enum DER {
    /// What an i2d function writes; empty when it fails, which is when memory is out or the object is half filled in.
    static func bytes(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe write(&start)
        guard count > 0, let start = unsafe start else { return [] }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// What a d2i function reads from the front of `der`, owned by the caller, and whether that was all of it.
    static func read(
        _ der: [UInt8], _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) -> (pointer: OpaquePointer?, isWhole: Bool) {
        unsafe der.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return (nil, false) }
            var cursor: UnsafePointer<UInt8>? = unsafe start
            let pointer = unsafe read(&cursor, bytes.count)
            return unsafe (pointer, cursor == start + bytes.count)
        }
    }
}
