/// Bytes that a full socket has left over.
struct UnsentBytes {
    private var bytes: [UInt8] = []
    private var offset = 0

    var isEmpty: Bool { offset == bytes.count }

    mutating func keep(_ rest: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: rest)
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    }

    mutating func drop(_ count: Int) {
        offset += count
        if isEmpty {
            bytes = []
            offset = 0
        }
    }
}
