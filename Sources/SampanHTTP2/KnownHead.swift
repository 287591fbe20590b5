internal import CNghttp2
internal import Glibc

/// The fields of the last head that a client has sent, and what was known of it at one point, so that a head like it costs little.
///
/// A client sends nearly the same head with every call, mostly as entries of its HPACK table, for which nghttp2 hands out the same buffers
/// again. As long as the fields of a head are those of the last one, in its order, nobody looks at them: they are followed. Where the
/// head goes on in another way, or ends, what was kept at the last such place is taken up again (`RequestRules` here, and whatever the
/// stream makes of its fields), and only what comes after that place is read.
///
/// ```
/// following ──another field, or the end──► caught up: reading ──► the end
/// ```
/// The buffers are held here, so that nothing else can come to their addresses.
@safe struct KnownHead {
    @safe struct Field {
        /// Nil for a field that is not held: it is read every time.
        let name: OpaquePointer?
        let value: OpaquePointer?
        /// Bytes that it counts for in a header list.
        let size: Int
    }

    // One allocation for life instead of an array: no count of its holders, and no check of bounds that are checked here.
    private var fields: UnsafeMutablePointer<Field>?
    /// Fields that are known.
    private var count = 0
    /// Fields of this head that have come, of those that are or will be known.
    private(set) var position = 0
    private(set) var isFollowing = false
    private var isTrailer = false
    /// What is known of this head. Only when it is not followed.
    var rules = RequestRules()
    /// Fields after which `keptRules` were kept, and by the stream its own part.
    private(set) var keptPosition = 0
    private(set) var keptRules = RequestRules()

    /// Fields that are known, at most. 16: gRPC clients send some ten.
    private static let maximumFields = 16
    /// Bytes of a name or value that is held, at most. 4 KiB: what a node says of a caller has 2,000. All of a head are never more than a
    /// header list may have, and mostly the HPACK table has them anyway.
    private static let maximumBytes = 4_096

    /// A head, or trailers, begins. `mayFollow`: its stream can take up what it kept.
    mutating func begin(isTrailer: Bool, mayFollow: Bool) {
        self.isTrailer = isTrailer
        isFollowing = mayFollow && !isTrailer
        position = 0
        if !isFollowing { rules = RequestRules(isTrailer: isTrailer) }
    }

    /// The size of the next field, if it is the one that came in this place last time; else 0, and the field has to be read.
    @inline(__always)
    mutating func follow(_ name: OpaquePointer, _ value: OpaquePointer) -> Int {
        guard isFollowing, position < count, let fields = unsafe fields else { return 0 }
        let known = unsafe fields[position]
        guard unsafe Self.same(known.name, name), unsafe Self.same(known.value, value) else { return 0 }
        position += 1
        return known.size
    }

    /// A field that was followed; nil for one that is not held, which is never followed.
    func field(_ index: Int) -> ReceivedField? {
        guard index < count, let field = unsafe fields?[index], let name = unsafe field.name, let value = unsafe field.value
        else { return nil }
        return unsafe ReceivedField(name, value)
    }

    /// The stream has read all fields so far: from here on the head goes its own way.
    mutating func caughtUp() {
        isFollowing = false
        keptRules = rules
        keptPosition = position
    }

    /// Remembers a field that was read. `isSecret`: the client wants it in nobody's memory (RFC 7541 §7.1.3).
    mutating func remember(_ field: ReceivedField, isSecret: Bool) {
        guard !isTrailer, position < Self.maximumFields else { return }
        forget(from: position)
        let isHeld = unsafe !isSecret && max(field.name.count, field.value.count) <= Self.maximumBytes
        if isHeld {
            unsafe nghttp2_rcbuf_incref(field.nameBuffer)
            unsafe nghttp2_rcbuf_incref(field.valueBuffer)
        }
        let fields = unsafe self.fields ?? UnsafeMutablePointer<Field>.allocate(capacity: Self.maximumFields)
        unsafe self.fields = unsafe fields
        unsafe fields[position] = Field(
            name: isHeld ? field.nameBuffer : nil, value: isHeld ? field.valueBuffer : nil, size: field.size)
        position += 1
        count = position
    }

    /// Lets go of everything: before the memory of the session goes.
    mutating func clear() {
        forget(from: 0)
        unsafe fields?.deallocate()
        unsafe fields = nil
        (position, keptPosition) = (0, 0)
    }

    private mutating func forget(from first: Int) {
        guard let fields = unsafe fields else { return }
        while count > first {
            count -= 1
            let field = unsafe fields[count]
            if let name = unsafe field.name { unsafe nghttp2_rcbuf_decref(name) }
            if let value = unsafe field.value { unsafe nghttp2_rcbuf_decref(value) }
        }
    }

    /// Whether two buffers hold the same: mostly because they are the same.
    @inline(__always)
    private static func same(_ known: OpaquePointer?, _ new: OpaquePointer) -> Bool {
        guard let known = unsafe known else { return false }
        return unsafe known == new || equal(known, new)
    }

    @inline(never)
    private static func equal(_ known: OpaquePointer, _ new: OpaquePointer) -> Bool {
        let (left, right) = unsafe (nghttp2_rcbuf_get_buf(known), nghttp2_rcbuf_get_buf(new))
        return unsafe left.len == right.len && memcmp(left.base, right.base, left.len) == 0
    }
}

/// A field as nghttp2 hands it out: two of its buffers, valid during the callback unless they are held.
@unsafe struct ReceivedField {
    let nameBuffer: OpaquePointer
    let valueBuffer: OpaquePointer
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    init(_ nameBuffer: OpaquePointer, _ valueBuffer: OpaquePointer) {
        unsafe self.nameBuffer = nameBuffer
        unsafe self.valueBuffer = valueBuffer
        unsafe name = Self.bytes(nameBuffer)
        unsafe value = Self.bytes(valueBuffer)
    }

    /// What it counts for in a header list (RFC 9113 §6.5.2).
    var size: Int { unsafe name.count + value.count + 32 }

    private static func bytes(_ buffer: OpaquePointer) -> UnsafeRawBufferPointer {
        let vector = unsafe nghttp2_rcbuf_get_buf(buffer)
        return unsafe UnsafeRawBufferPointer(start: vector.base, count: vector.len)
    }
}

extension HTTP2Stream {
    /// Gives a field to the stream.
    func take(_ field: ReceivedField) -> Bool {
        unsafe received(
            headerName: field.name.assumingMemoryBound(to: UInt8.self).span, value: field.value.assumingMemoryBound(to: UInt8.self).span)
    }
}
