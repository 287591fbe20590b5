import SampanTestSupport
@testable import SampanCrypto
import Testing

@Suite("Byte queue")
struct ByteQueueTests {
    private func append(_ bytes: [UInt8], _ queue: ByteQueue) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe queue.append($0) }
    }

    private func take(_ count: Int, _ queue: ByteQueue) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let taken = unsafe bytes.withUnsafeMutableBytes { unsafe queue.take(into: $0) }
        return Array(bytes[..<taken])
    }

    @Test("gives out what came in, in order, whatever the sizes", arguments: 1...6)
    func random(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let queue = ByteQueue()
        var model: [UInt8] = []
        var largest = 0
        for _ in 0..<2000 {
            if Bool.random(using: &random) {
                let bytes = random.bytes(Int.random(in: 0...700, using: &random))
                #expect(append(bytes, queue))
                model += bytes
            } else if Bool.random(using: &random) {
                let count = Int.random(in: 0...1500, using: &random)
                #expect(take(count, queue) == Array(model.prefix(count)))
                model.removeFirst(min(count, model.count))
            } else {
                let count = Int.random(in: -5...900, using: &random)
                queue.drop(count)
                model.removeFirst(min(max(count, 0), model.count))
            }
            largest = max(largest, model.count)
            #expect(queue.count == model.count)
            #expect(queue.allocated >= queue.count && (queue.count > 0 || queue.allocated == 0))
            // At most the dead front of one drain, doubled once.
            #expect(queue.allocated <= max(4 * largest + 4096, 512))
        }
        #expect(unsafe Array(queue.bytes) == model)
    }

    @Test("dropping everything gives the memory back")
    func dropAll() {
        let queue = ByteQueue()
        #expect(append([UInt8](repeating: 1, count: 100_000), queue))
        queue.drop(.max)
        #expect(queue.count == 0 && queue.allocated == 0)
    }
}
