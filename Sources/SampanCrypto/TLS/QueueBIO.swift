internal import COpenSSL

/// OpenSSL's way in and out of two `ByteQueue`s: a BIO whose reads come from one and whose writes go to the other.
enum QueueBIO {
    /// The queues of one connection, at an address the BIO keeps without owning it.
    final class Ends {
        let inbound = ByteQueue()
        let outbound = ByteQueue()
    }

    /// A BIO for the SSL object to own. `ends` must outlive it.
    static func make(_ ends: Ends) -> OpaquePointer? {
        guard let method = unsafe method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(ends).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    // Made once, never changed and never freed; OpenSSL only reads it.
    nonisolated(unsafe) private static let method: OpaquePointer? = unsafe makeMethod()

    private static func makeMethod() -> OpaquePointer? {
        guard OpenSSLLibrary.isReady,
            let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sampan queues")
        else { return nil }
        unsafe BIO_meth_set_read_ex(method) { bio, target, limit, taken in unsafe QueueBIO.read(bio, target, limit, taken) }
        unsafe BIO_meth_set_write_ex(method) { bio, source, count, written in
            unsafe QueueBIO.write(bio, source, count, written)
        }
        // Only a flush is asked of a source/sink by libssl; it has nothing to do here.
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return unsafe method
    }

    private static func ends(of bio: OpaquePointer?) -> Ends? {
        guard let data = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<Ends>.fromOpaque(data).takeUnretainedValue()
    }

    private static func read(
        _ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ limit: Int, _ taken: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
        guard let ends = unsafe ends(of: bio) else { return 0 }
        let count = unsafe ends.inbound.take(into: UnsafeMutableRawBufferPointer(start: target, count: limit))
        unsafe taken?.pointee = count
        if count == 0 { unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY) }
        return count == 0 ? 0 : 1
    }

    private static func write(
        _ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
        guard let ends = unsafe ends(of: bio),
            unsafe ends.outbound.append(UnsafeRawBufferPointer(start: source, count: count))
        else { return 0 }
        unsafe written?.pointee = count
        return 1
    }
}
