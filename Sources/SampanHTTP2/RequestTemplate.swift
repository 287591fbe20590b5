internal import CNghttp2

/// The head that all requests of a connection share, as nghttp2 takes it: a request fills in its path and one number, and makes no block
/// of its own unless it adds fields. Confined to the thread of its session.
@safe package final class RequestTemplate {
    /// `:method`, `:scheme`, `:authority`, `:path`, the constants, the number. Names and constants are text of the program, which nghttp2
    /// need not copy; the others it copies when a request is submitted.
    private let fields: UnsafeMutablePointer<nghttp2_nv>
    private let count: Int
    private let authority: UnsafeMutableBufferPointer<UInt8>
    /// Text of the number, written from its end.
    private let number: UnsafeMutableBufferPointer<UInt8>
    /// Size of the list without path and number, counted as RFC 9113 §6.5.2 does.
    private let fixedSize: Int

    private static let pathIndex = 3
    /// An `Int64` has 19 digits, and one letter follows.
    private static let longestNumber = 20

    /// - Parameters:
    ///   - constants: fields with the same value in every request; two characters at least in names and values.
    ///   - number: the name of the last field, whose value is never the same twice. No table keeps it: it would only push others out of
    ///     the tables of both sides, and each look-up goes through all that are there under its name (RFC 7541 §6.2.3).
    package init(
        scheme: StaticString, authority: String, constants: [(name: StaticString, value: StaticString)], number: StaticString
    ) {
        count = constants.count + 5
        let host = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: authority.utf8.count)
        _ = unsafe host.initialize(from: authority.utf8)
        unsafe self.authority = unsafe host
        unsafe self.number = UnsafeMutableBufferPointer.allocate(capacity: Self.longestNumber)
        unsafe self.number.initialize(repeating: 0)
        unsafe fields = UnsafeMutablePointer.allocate(capacity: count)
        var all = unsafe [
            Self.constant(":method", "POST"), Self.constant(":scheme", scheme), Self.field(":authority", host.baseAddress, host.count),
            Self.field(":path", nil, 0),
        ]
        unsafe all += constants.map { unsafe Self.constant($0.name, $0.value) }
        unsafe all.append(Self.field(number, nil, 0, NGHTTP2_NV_FLAG_NO_INDEX))
        unsafe fields.initialize(from: all, count: count)
        fixedSize = unsafe all.reduce(0) { unsafe $0 + $1.namelen + $1.valuelen + 32 }
    }

    deinit {
        unsafe fields.deallocate()
        unsafe authority.deallocate()
        unsafe number.deallocate()
    }

    /// Size of the header list of a request, with the longest number.
    package func listSize(path: String, more: HeaderBlock?) -> Int {
        fixedSize + path.utf8.count + Self.longestNumber + (more?.listSize ?? 0)
    }

    /// Lends `body` all fields of one request.
    func withFields<R>(
        path: String, number amount: Int64, unit: UInt8, more: HeaderBlock?, _ body: (UnsafeMutablePointer<nghttp2_nv>, Int) -> R
    ) -> R {
        write(amount, unit)
        var path = path
        return path.withUTF8 { text in
            unsafe fields[Self.pathIndex].value = UnsafeMutablePointer(mutating: text.baseAddress)
            unsafe fields[Self.pathIndex].valuelen = text.count
            guard let more, more.count > 0 else { return unsafe body(fields, count) }
            return unsafe more.withFields { own, ownCount in
                unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: count + ownCount) { all in
                    guard let start = all.baseAddress, let own = unsafe own else { return unsafe body(fields, count) }
                    // The number stays last: a server that knows the head before reads nothing again but what differs.
                    unsafe start.initialize(from: fields, count: count - 1)
                    unsafe start.advanced(by: count - 1).initialize(from: own, count: ownCount)
                    unsafe start.advanced(by: count - 1 + ownCount).initialize(to: fields[count - 1])
                    return unsafe body(start, count + ownCount)
                }
            }
        }
    }

    private func write(_ amount: Int64, _ unit: UInt8) {
        var index = Self.longestNumber - 1
        unsafe number[index] = unit
        var rest = amount.magnitude
        repeat {
            index -= 1
            unsafe number[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        } while rest > 0 && index > 0
        unsafe fields[count - 1].value = number.baseAddress?.advanced(by: index)
        unsafe fields[count - 1].valuelen = Self.longestNumber - index
    }

    private static func constant(_ name: StaticString, _ value: StaticString) -> nghttp2_nv {
        unsafe field(name, value.utf8Start, value.utf8CodeUnitCount, NGHTTP2_NV_FLAG_NO_COPY_VALUE)
    }

    // nghttp2 takes mutable pointers and reads only (nghttp2.h, nghttp2_nv).
    private static func field(
        _ name: StaticString, _ value: UnsafePointer<UInt8>?, _ count: Int, _ flag: nghttp2_nv_flag = NGHTTP2_NV_FLAG_NONE
    ) -> nghttp2_nv {
        unsafe nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.utf8Start), value: UnsafeMutablePointer(mutating: value),
            namelen: name.utf8CodeUnitCount, valuelen: count,
            flags: UInt8(truncatingIfNeeded: NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | flag.rawValue))
    }
}
