/// One line of a bill or ledger, as the join needs it: numbers only, beside the order's and the refund's number.
struct LineRecord: Hashable {
    /// Which book the line stands in, and on which side.
    enum Kind: UInt8 {
        case ledgerPayment, ledgerRefund, billPayment, billRefund, nextBillPayment, nextBillRefund, hisCharge, hisReversal
    }

    struct Flags: OptionSet, Hashable {
        let rawValue: UInt8
        /// Of a payment: paid. Of a refund: done.
        static let isDone = Flags(rawValue: 1)
        /// The platform finished it before the day.
        static let isBeforeDay = Flags(rawValue: 2)
        /// The HIS has not answered yet.
        static let isHISPending = Flags(rawValue: 4)
        /// The platform says that the HIS took the charge back.
        static let isReversed = Flags(rawValue: 8)
    }

    var kind: Kind
    var channel: UInt8
    var flags: Flags = []
    /// Place in the list of files, and line there.
    var file: UInt8
    var line: UInt32
    /// Place in the list of institutions; `Institutions.none` for none.
    var institution: UInt16
    /// Fen, never negative: what was ordered, or asked back.
    var amount: Int64
    /// Fen: what the channel reckons with, after coupons; and its fee. Zero outside of bills.
    var settled: Int64 = 0
    var fee: Int64 = 0
    /// Hash of the number that only this line has: the channel's transaction (of a payment and its refunds), the HIS receipt. 0 for none.
    var identity: UInt64
    /// Hash of the number that must not come twice: as `identity`, but a bill's refund has the channel's refund number here.
    var own: UInt64 = 0
}

extension LineRecord {
    /// Bytes before the two numbers.
    static let headBytes = 64

    /// Bytes of a record at the most.
    static let longest = headBytes + 2 * KeyForm.longest

    /// Writes it, with the order's hash in front and the numbers behind; where it ends. There has to be room for `longest` bytes.
    func encode(
        into bytes: inout MutableSpan<UInt8>, at start: Int, hash: UInt64, order: Range<Int>, refund: Range<Int>, of text: Span<UInt8>
    ) -> Int {
        bytes.store(hash, at: start)
        bytes[start + 8] = kind.rawValue
        bytes[start + 9] = channel
        bytes[start + 10] = flags.rawValue
        bytes[start + 11] = file
        bytes[start + 12] = UInt8(order.count)
        bytes[start + 13] = UInt8(refund.count)
        bytes[start + 14] = UInt8(truncatingIfNeeded: institution)
        bytes[start + 15] = UInt8(truncatingIfNeeded: institution >> 8)
        bytes.store(UInt64(line), at: start + 16)
        bytes.store(UInt64(bitPattern: amount), at: start + 24)
        bytes.store(UInt64(bitPattern: settled), at: start + 32)
        bytes.store(UInt64(bitPattern: fee), at: start + 40)
        bytes.store(identity, at: start + 48)
        bytes.store(own, at: start + 56)
        var at = start + Self.headBytes
        for place in order {
            bytes[at] = text[place]
            at += 1
        }
        for place in refund {
            bytes[at] = text[place]
            at += 1
        }
        return at
    }

    /// The record that begins at `at`, or nil for bytes that `encode` did not write.
    init?(_ bytes: Span<UInt8>, at: Int) {
        guard at + Self.headBytes <= bytes.count, let kind = Kind(rawValue: bytes[at + 8]) else { return nil }
        self.kind = kind
        channel = bytes[at + 9]
        flags = Flags(rawValue: bytes[at + 10])
        file = bytes[at + 11]
        institution = UInt16(bytes[at + 14]) | UInt16(bytes[at + 15]) << 8
        line = UInt32(truncatingIfNeeded: Self.integer(bytes, at: at + 16))
        amount = Int64(bitPattern: Self.integer(bytes, at: at + 24))
        settled = Int64(bitPattern: Self.integer(bytes, at: at + 32))
        fee = Int64(bitPattern: Self.integer(bytes, at: at + 40))
        identity = Self.integer(bytes, at: at + 48)
        own = Self.integer(bytes, at: at + 56)
    }

    static func hash(_ bytes: Span<UInt8>, at: Int) -> UInt64 { integer(bytes, at: at) }

    static func order(_ bytes: Span<UInt8>, at: Int) -> Range<Int> { at + headBytes..<at + headBytes + Int(bytes[at + 12]) }

    static func refund(_ bytes: Span<UInt8>, at: Int) -> Range<Int> {
        let start = order(bytes, at: at).upperBound
        return start..<start + Int(bytes[at + 13])
    }

    /// Where the next record begins.
    static func end(_ bytes: Span<UInt8>, at: Int) -> Int { at + headBytes + Int(bytes[at + 12]) + Int(bytes[at + 13]) }

    private static func integer(_ bytes: Span<UInt8>, at: Int) -> UInt64 {
        var value: UInt64 = 0
        for place in stride(from: 7, through: 0, by: -1) { value = value << 8 | UInt64(bytes[at + place]) }
        return value
    }
}

extension MutableSpan<UInt8> {
    /// The low byte first.
    fileprivate mutating func store(_ integer: UInt64, at place: Int) {
        for byte in 0..<8 { self[place + byte] = UInt8(truncatingIfNeeded: integer >> UInt64(8 * byte)) }
    }
}
