internal import CNghttp2

/// Header fields to be sent, in order. Names are lower case; the caller has checked names and values.
package struct HeaderBlock: Sendable {
    /// Names and values back to back, so that a block is two allocations however many fields it has.
    private var bytes: [UInt8] = []
    private var lengths: [(name: Int, value: Int)] = []

    package init(reservingFields fields: Int = 8, bytes count: Int = 256) {
        lengths.reserveCapacity(fields)
        bytes.reserveCapacity(count)
    }

    package var count: Int { lengths.count }

    /// Size as RFC 9113 §6.5.2 counts it: every name and value, and 32 for each field.
    package var listSize: Int { bytes.count + lengths.count * 32 }

    package mutating func append(_ name: String, _ value: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: value.utf8)
        lengths.append((name.utf8.count, value.utf8.count))
    }

    package mutating func append(_ name: String, _ value: [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: value)
        lengths.append((name.utf8.count, value.count))
    }

    /// Gives nghttp2 its view of the fields; the pointers are valid inside `body` only, so nghttp2 must copy.
    func withFields<R>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> R) -> R {
        let lengths = lengths
        return unsafe bytes.withUnsafeBytes { storage in
            unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) { fields in
                var offset = 0
                for (index, length) in lengths.enumerated() {
                    unsafe fields.initializeElement(
                        at: index,
                        to: Self.field(storage, at: offset, length: length, flags: NGHTTP2_NV_FLAG_NONE))
                    offset += length.name + length.value
                }
                return unsafe body(fields.baseAddress, lengths.count)
            }
        }
    }

    fileprivate static func field(
        _ storage: UnsafeRawBufferPointer, at offset: Int, length: (name: Int, value: Int), flags: nghttp2_nv_flag
    ) -> nghttp2_nv {
        // nghttp2 takes mutable pointers and reads only (nghttp2.h, nghttp2_nv).
        let base = unsafe UnsafeMutablePointer(
            mutating: storage.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
        return unsafe nghttp2_nv(
            name: base, value: base?.advanced(by: length.name), namelen: length.name, valuelen: length.value,
            flags: UInt8(truncatingIfNeeded: flags.rawValue))
    }

    /// A block that is sent again and again, such as the head of every good answer. Lives as long as the process,
    /// so nghttp2 need not copy its names and values.
    @safe package struct Prepared: Sendable {
        // Sendable: immortal and never written after init.
        nonisolated(unsafe) let fields: UnsafeMutablePointer<nghttp2_nv>
        let count: Int

        package init(_ block: HeaderBlock) {
            let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, block.bytes.count), alignment: 1)
            unsafe storage.copyBytes(from: block.bytes)
            let fields = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: max(1, block.count))
            let flags = nghttp2_nv_flag(
                rawValue: NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
            var offset = 0
            for (index, length) in block.lengths.enumerated() {
                unsafe fields.advanced(by: index).initialize(
                    to: HeaderBlock.field(
                        UnsafeRawBufferPointer(storage), at: offset, length: length, flags: flags))
                offset += length.name + length.value
            }
            unsafe self.fields = fields
            self.count = block.count
        }
    }
}
