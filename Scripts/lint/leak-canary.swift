// Tells whether the search for leaks can be believed: with an argument it must be told, without one it must be silent.

/// One that may hold others of its kind, and what they keep.
final class Link {
    var other: Link?
    let payload = [UInt8](repeating: 7, count: 100_000)
}

/// Lives as long as the process.
let kept = [1, 2, 3].map { [Int](repeating: $0, count: 1_000) }

/// Two that hold each other, and that nobody else holds.
@inline(never)
func plant() {
    let (one, two) = (Link(), Link())
    (one.other, two.other) = (two, one)
}

/// Takes the place of earlier calls on the stack: an address that is left there would count as a way to what was planted.
@inline(never)
func cover(_ depth: Int) -> Int {
    var rest = Array(repeating: depth, count: 16)
    rest[depth % 16] = depth == 0 ? 0 : cover(depth - 1)
    return rest.reduce(0, &+)
}

if CommandLine.arguments.count > 1 { for _ in 0..<16 { plant() } }
await withTaskGroup(of: Void.self) { tasks in
    for index in 0..<64 { tasks.addTask { _ = kept[index % 3].count } }
}
_ = cover(64)
