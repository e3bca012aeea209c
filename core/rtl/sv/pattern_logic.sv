// The table of a code as gates: the row of `index` computed from the order of the table (combinational).
//
// The index first gives the number of non-zeros, then the rank of the set of positions, then the signs:
//     index = first(count) + (rank << count) + signs
// At each position, C(N-1-position, left-1) sets have their next non-zero there; a rank below that takes it,
// a higher one skips it. Signs stand in the order of positions, most significant first.
module pattern_logic #(
    parameter int N = 8,
    parameter int K = 2,
    parameter int K_MIN = 0,
    parameter int INDEX_BITS = 8,
    parameter int POSITION_BITS = 3
) (
    input  logic [INDEX_BITS-1:0]        index,
    output logic [K*(POSITION_BITS+2)-1:0] row // slots as in group_decoder
);
    localparam int SLOT_BITS = POSITION_BITS + 2;
    localparam int COUNT_BITS = $clog2(K + 1);
    // Constants beyond any index are never reached; one bit more keeps them apart from those that are.
    localparam int W = INDEX_BITS + 1;
    localparam int SELECT_BITS = $clog2(W);

    // C(n, k), saturated well above every index.
    function automatic integer choose(input integer n, input int k);
        choose = (k < 0 || k > n) ? 0 : 1;
        for (int i = 0; i < 32; i = i + 1)
            if (choose > 0 && i < k && choose < (1 << 24))
                choose = choose * (n - i) / (i + 1);
    endfunction

    // Index of the first pattern with `count` non-zeros.
    function automatic integer first(input integer count);
        first = 0;
        for (int i = K_MIN; i < K; i = i + 1)
            if (i < count)
                first = first + choose(N, i) * (1 << i);
    endfunction

    logic [COUNT_BITS-1:0] count, left;
    logic [W-1:0]          rest, rank, skipped;

    always_comb begin
        count = COUNT_BITS'(K_MIN);
        rest  = {1'b0, index};
        for (int i = K_MIN + 1; i <= K; i = i + 1)
            if ({1'b0, index} >= W'(first(i))) begin
                count = COUNT_BITS'(i);
                rest  = {1'b0, index} - W'(first(i));
            end

        rank = rest >> count;
        left = count;
        row  = 0;
        skipped = 0;
        for (int at = 0; at < N; at = at + 1)
            if (left != 0) begin
                skipped = 0;
                for (int i = 1; i <= K; i = i + 1)
                    if (left == COUNT_BITS'(i))
                        skipped = W'(choose(N - 1 - at, i - 1));
                if (rank >= skipped)
                    rank = rank - skipped;
                else begin
                    left = left - 1'b1;
                    for (int slot = 0; slot < K; slot = slot + 1)
                        if (COUNT_BITS'(slot) == count - 1'b1 - left)
                            row[slot*SLOT_BITS +: SLOT_BITS] =
                                {1'b1, rest[SELECT_BITS'(left)], POSITION_BITS'(at)};
                end
            end
    end
endmodule
