// mvu_vvu_axi loses results under back-pressure if SIMD = MW; see mvau-queue.md.
// All weights are 1 and every activation is the number of its vector, so that result N must be SIMD·N for each of MH/PE words.
module tb #(int unsigned MW = 12, int unsigned SIMD = MW, int unsigned PE = 4);
	localparam int unsigned MH = 8;
	localparam int unsigned VECTORS = 300;
	localparam int unsigned WORDS = VECTORS * MH / PE;

	logic clk = 0, rst_n = 0;
	always #5 clk = !clk;

	logic [SIMD-1:0][7:0] act;
	logic [PE-1:0][SIMD-1:0][1:0] weights = {(PE*SIMD){2'b01}};
	logic ivld, irdy, ovld, ordy;
	logic [PE-1:0][23:0] sum;
	mvu_vvu_axi #(
		.IS_MVU(1), .VERSION(1), .MW(MW), .MH(MH), .PE(PE), .SIMD(SIMD),
		.ACTIVATION_WIDTH(8), .WEIGHT_WIDTH(2), .ACCU_WIDTH(24), .NARROW_WEIGHTS(1), .FORCE_BEHAVIORAL(1)
	) dut (
		.ap_clk(clk), .ap_clk2x(clk), .ap_rst_n(rst_n),
		.s_axis_weights_tdata(weights), .s_axis_weights_tvalid('1), .s_axis_weights_tready(),
		.s_axis_input_tdata(act), .s_axis_input_tvalid(ivld), .s_axis_input_tready(irdy),
		.m_axis_output_tdata(sum), .m_axis_output_tvalid(ovld), .m_axis_output_tready(ordy)
	);

	int unsigned taken = 0, left = 0, wrong = 0, idle = 0, seed = 1;
	int unsigned vector;
	assign vector = taken / (MW/SIMD);
	assign act = {SIMD{vector[7:0]}};
	assign ivld = rst_n && taken < VECTORS * (MW/SIMD);
	always_ff @(posedge clk) begin
		if(!rst_n)  ordy <= 0;
		else begin
			automatic int unsigned  drawn = seed * 1103515245 + 12345;
			automatic int unsigned  due = (left / (MH/PE)) % 256 * MW;
			seed <= drawn;
			ordy <= drawn[31:16] % 100 >= 60;	// The sink is not ready in 60 % of the cycles.
			if(ivld && irdy)  taken <= taken + 1;
			if(ovld && ordy) begin
				left <= left + 1;
				if(sum[0] != 24'(due))  wrong <= wrong + 1;
			end
			idle <= (ovld && ordy)? 0 : idle + 1;
			if(left == WORDS || idle == 10000) begin
				$display("MW %0d SIMD %0d: %0d of %0d words left, %0d wrong", MW, SIMD, left, WORDS, wrong);
				$finish;
			end
		end
	end
	initial begin
		repeat(20) @(posedge clk);
		rst_n <= 1;
	end
endmodule
