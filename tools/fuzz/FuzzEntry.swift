// What libFuzzer calls, for any of the programs: each has its `FuzzTarget` and its `seeds()`. The
// first byte of an input chooses the target, the rest is what it gets.

import Foundation

/// An input to start from. They are made anew for each campaign and never kept in the repository.
struct FuzzSeed {
    var target: FuzzTarget
    var bytes: [UInt8]
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let target = FuzzTarget.allCases[Int(bytes[0]) % FuzzTarget.allCases.count]
    target.run(Array(bytes.dropFirst()))
    return 0
}

/// With FUZZ_SEEDS=folder the program writes its seeds there and ends.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
    _ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    for (index, seed) in seeds().enumerated() {
        let input = [UInt8(seed.target.rawValue)] + seed.bytes
        let path = folder + "/seed-\(seed.target)-\(index)"
        guard FileManager.default.createFile(atPath: path, contents: Data(input)) else {
            preconditionFailure("cannot write \(path)")
        }
    }
    exit(0)
}
