/// How long the handlers of one turn of a loop may go on before the loop looks at its sockets again, and how often the clock is read.
/// Sans-IO: times are nanoseconds of the loop's clock; `turn` is that at the start of the turn, and names it.
///
/// Handlers of a few microseconds share a look at the clock; those that take their time are looked at one by one.
struct HandlerPace {
    /// How long the handlers of one turn may go on, in nanoseconds. 5 ms: calls that are to be refused hear of it within so much, and a
    /// turn of a thousand small calls is not divided.
    private let longest: Int64
    /// Nanoseconds of handlers between two looks at the clock, as far as can be known. 500 µs: a tenth of `longest`.
    private static let step: Int64 = 500_000
    private static let largestStride: Int64 = 16
    /// At the start of a turn, when nothing is known of its calls.
    private static let firstStride: Int64 = 4

    /// When the clock was last read.
    private(set) var now: Int64 = .min
    private var turn: Int64 = .min
    private var began: Int64 = .min
    private var stride: Int64 = 1
    private var left: Int64 = 0

    init(longest: Int64 = 5_000_000) { self.longest = longest }

    /// Whether the clock is to be read before the next handler starts.
    mutating func mustLook(in turn: Int64) -> Bool {
        guard turn == self.turn, !isSpent(in: turn) else { return true }
        left -= 1
        return left < 0
    }

    /// The clock was read.
    mutating func looked(at time: Int64, in turn: Int64) {
        if turn == self.turn {
            let each = max(1, (time - now) / stride)
            stride = min(Self.largestStride, max(1, Self.step / each), stride * 2)
        } else {
            (self.turn, began) = (turn, time)
            stride = min(stride, Self.firstStride)
        }
        now = time
        left = stride - 1
    }

    /// Whether no more handlers start in this turn.
    func isSpent(in turn: Int64) -> Bool { turn == self.turn && now - began >= longest }
}
